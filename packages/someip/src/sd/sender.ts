import { type Logger, messageOf } from '@opensovd/base'
import { SentSessions } from './sent-sessions.ts'
import type { Endpoint, SdTransport } from './transport.ts'
import type { SdEntry } from './wire/entry.ts'
import { packEntries, type SdMessageBuilder } from './wire/message.ts'

/** Entries that must stand in one message, one directly behind the other. */
export type EntryGroup = readonly SdEntry[]

/** Packs entries into messages, stamps these and hands them to the transport. */
export class SdSender {
  readonly #transport: SdTransport
  readonly #log: Logger
  readonly #sessions: SentSessions

  constructor(transport: SdTransport, log: Logger, maxPeers: number) {
    this.#transport = transport
    this.#log = log
    this.#sessions = new SentSessions(maxPeers)
  }

  multicast(groups: Iterable<EntryGroup>): void {
    this.multicastPacked(packEntries(groups))
  }

  /** Sends messages that were packed before, for entries that are sent again and again. */
  multicastPacked(messages: readonly SdMessageBuilder[]): void {
    for (const message of messages) {
      const { sessionId, reboot } = this.#sessions.nextMulticast()
      this.#send(() => this.#transport.sendMulticast(message.encode(sessionId, { reboot, unicast: true })))
    }
  }

  unicast(groups: Iterable<EntryGroup>, to: Endpoint): void {
    for (const message of packEntries(groups)) {
      const { sessionId, reboot } = this.#sessions.nextUnicast(to.address)
      this.#send(() => this.#transport.sendUnicast(message.encode(sessionId, { reboot, unicast: true }), to))
    }
  }

  /** Counts messages anew, so that peers notice a reboot. */
  restartSessions(): void {
    this.#sessions.restart()
  }

  #send(send: () => void): void {
    try {
      send()
    } catch (error) {
      this.#log.debug('service discovery could not send', { error: messageOf(error) })
    }
  }
}
