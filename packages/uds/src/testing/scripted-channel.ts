import { fromHex, toHex } from '@opensovd/base/bytes'
import type { ChannelEvent, UdsChannel } from '../client/channel.ts'

/** A channel whose ECUs are the test itself. */
export class ScriptedChannel implements UdsChannel {
  /** Messages sent: target and message as hex. */
  readonly sent: string[] = []
  readonly #listeners = new Set<(event: ChannelEvent) => void>()
  /** What `send` waits for; replace it to delay or refuse acknowledges. */
  acknowledge: (target: number) => Promise<void> = async () => {}
  /** Called with everything that is sent. */
  onSend: (target: number, message: string) => void = () => {}

  async send(target: number, message: Uint8Array, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const hex = toHex(message)
    this.sent.push(`${target.toString(16)} ${hex}`)
    this.onSend(target, hex)
    await this.acknowledge(target)
  }

  subscribe(listener: (event: ChannelEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(event: ChannelEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** Lets `source` send messages. */
  say(source: number, ...messages: string[]): void {
    for (const message of messages) this.emit({ kind: 'received', source, message: fromHex(message) })
  }

  /** What was sent since the last call. */
  take(): string[] {
    return this.sent.splice(0)
  }
}
