import type { Clock } from '@opensovd/base'
import { ByteWriter } from '@opensovd/base/bytes'
import type { ByteStream, Network } from '@opensovd/uds'

export interface Fragmentation {
  readonly bytes: number
  readonly pauseMs: number
}

/** A network whose listeners send in pieces of so many bytes, with pauses between, in order. */
export function fragmentingNetwork(network: Network, clock: Clock, fragmentation: Fragmentation): Network {
  return {
    connect: (options, signal) => network.connect(options, signal),
    openDatagram: (options) => network.openDatagram(options),
    listen: (options, onConnection) =>
      network.listen(options, (stream) => onConnection(fragmentingStream(stream, clock, fragmentation))),
  }
}

function fragmentingStream(stream: ByteStream, clock: Clock, { bytes, pauseMs }: Fragmentation): ByteStream {
  let last: Promise<void> = Promise.resolve()
  let waitingBytes = 0
  const sendPieces = async (message: Uint8Array) => {
    for (let at = 0; at < message.length; at += bytes) {
      if (pauseMs > 0) await clock.sleep(pauseMs)
      const piece = message.subarray(at, at + bytes)
      waitingBytes -= piece.length
      stream.write(piece)
      await stream.flush()
    }
  }
  return {
    remote: stream.remote,
    secure: stream.secure,
    incoming: stream.incoming,
    get unsentBytes() {
      return waitingBytes + stream.unsentBytes
    },
    write: (...parts) => {
      const message = joined(parts)
      waitingBytes += message.length
      last = last.then(() => sendPieces(message))
      // Who reads the stream hears that it is gone, and who flushes.
      last.catch(() => {})
    },
    flush: () => last,
    [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const to = new ByteWriter(false, 64)
  for (const part of parts) to.bytes(part)
  return to.finish()
}
