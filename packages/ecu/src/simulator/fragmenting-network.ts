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
  const sendPieces = async (parts: readonly Uint8Array[]) => {
    const message = joined(parts)
    for (let at = 0; at < message.length; at += bytes) {
      if (pauseMs > 0) await clock.sleep(pauseMs)
      await stream.send(message.subarray(at, at + bytes))
    }
  }
  return {
    remote: stream.remote,
    secure: stream.secure,
    incoming: stream.incoming,
    send: (...parts) => {
      // One that fails is reported to its sender; those behind it fail by themselves.
      last = last.catch(() => {}).then(() => sendPieces(parts))
      return last
    },
    [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const to = new ByteWriter(false, 64)
  for (const part of parts) to.bytes(part)
  return to.finish()
}
