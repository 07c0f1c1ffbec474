import { fromHex, toHex } from '@opensovd/base/bytes'
import { DoipFramer } from '../doip/framer.ts'
import type { ByteStream, Network } from '../network.ts'

/** A DoIP entity that does nothing by itself: a test reads what it got, and says byte by byte what it answers. */
export class ScriptedPeer {
  /** Messages received, over all connections: payload type and payload as hex. */
  readonly received: string[] = []
  readonly streams: ByteStream[] = []
  /** Answers that are sent as soon as a message beginning with the key arrives. */
  readonly answers = new Map<string, readonly string[]>()

  async listen(network: Network, port: number, tls = false): Promise<AsyncDisposable> {
    return await network.listen({ port, ...(tls && { tls: {} }) }, (stream) => {
      this.streams.push(stream)
      void this.#read(stream).catch(() => {})
    })
  }

  /** Sends whole messages, or pieces of them, on the newest connection; rejects when it is gone. */
  async say(...messages: string[]): Promise<void> {
    const stream = this.streams.at(-1)
    for (const message of messages) stream?.write(fromHex(message))
    await stream?.flush()
  }

  /** Closes the newest connection. */
  async hangUp(): Promise<void> {
    this.streams.at(-1)?.[Symbol.asyncDispose]()
  }

  /** What was received since the last call. */
  take(): string[] {
    return this.received.splice(0)
  }

  async #read(stream: ByteStream): Promise<void> {
    const framer = new DoipFramer(1 << 20)
    for await (const chunk of stream.incoming) {
      for (const frame of framer.push(chunk)) {
        const payload = 'payload' in frame ? toHex(frame.payload) : 'oversized'
        const text = `${frame.payloadType.toString(16).padStart(4, '0')} ${payload}`
        this.received.push(text)
        for (const [start, answers] of this.answers) {
          if (text.startsWith(start)) for (const answer of answers) stream.write(fromHex(answer))
        }
      }
    }
  }
}
