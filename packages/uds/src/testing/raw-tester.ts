import { fromHex, toHex } from '@opensovd/base/bytes'
import { settle } from '@opensovd/base/testing'
import { DoipFramer } from '../doip/framer.ts'
import type { Address, ByteStream, Network } from '../network.ts'

/** A tester that does nothing by itself: a test says byte by byte what it sends, and reads what it got. */
export class RawTester {
  readonly received: string[] = []
  readonly #stream: ByteStream
  #isClosed = false

  static async connect(network: Network, to: Address, tls = false): Promise<RawTester> {
    return new RawTester(await network.connect({ ...to, ...(tls && { tls: {} }) }))
  }

  private constructor(stream: ByteStream) {
    this.#stream = stream
    void this.#read()
  }

  /** Whether the entity has closed the connection. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Sends, and returns what came back without the passing of time: payload types and payloads as hex. */
  async say(...messages: string[]): Promise<string[]> {
    for (const message of messages) this.#stream.write(fromHex(message))
    return await this.take()
  }

  async take(): Promise<string[]> {
    await settle()
    return this.received.splice(0)
  }

  async hangUp(): Promise<void> {
    await this.#stream[Symbol.asyncDispose]()
  }

  async #read(): Promise<void> {
    const framer = new DoipFramer(1 << 20)
    try {
      for await (const chunk of this.#stream.incoming) {
        for (const frame of framer.push(chunk)) {
          const payload = 'payload' in frame ? toHex(frame.payload) : 'oversized'
          this.received.push(`${frame.payloadType.toString(16).padStart(4, '0')} ${payload}`)
        }
      }
    } finally {
      this.#isClosed = true
    }
  }
}
