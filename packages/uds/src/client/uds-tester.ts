import { type Clock, type Logger, messageOf } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import { formatAddress } from '../codec/address.ts'
import { UdsError } from '../errors.ts'
import type { ChannelEvent, UdsChannel } from './channel.ts'
import { type ClientContext, EcuClient } from './ecu-client.ts'
import { GroupClient } from './group-client.ts'
import type { GroupExchange } from './group-exchange.ts'
import { type UdsSettings, udsOptions } from './options.ts'
import { SharedLock } from './shared-lock.ts'
import { keepTesterPresent, TESTER_PRESENT_INTERVAL_MS } from './tester-present.ts'

/**
 * The UDS side of one channel: a client for each ECU behind it, and for each group of them. Messages that nobody
 * waits for are dropped: late ones, repeated ones, those of ECUs that were not asked.
 */
export class UdsTester implements Disposable {
  readonly #context: ClientContext
  readonly #ecus = new Map<number, EcuClient>()
  readonly #groups = new Map<number, GroupClient>()
  readonly #unsubscribe: () => void
  readonly #closing = new AbortController()
  #activeGroup: { readonly address: number; readonly exchange: GroupExchange } | undefined
  #droppedMessages = 0

  constructor(channel: UdsChannel, runtime: { readonly clock: Clock; readonly log: Logger }, settings?: UdsSettings) {
    const { clock, log } = runtime
    this.#context = {
      channel,
      clock,
      log,
      options: udsOptions(settings),
      closing: this.#closing.signal,
      barrier: new SharedLock(),
    }
    this.#unsubscribe = channel.subscribe((event) => this.#onEvent(event))
  }

  /** How many messages arrived that nobody waited for. */
  get droppedMessages(): number {
    return this.#droppedMessages
  }

  /** The client for the ECU with this logical address, always the same one. */
  ecu(address: number): EcuClient {
    const ecu = this.#ecus.get(address) ?? new EcuClient(this.#context, address)
    this.#ecus.set(address, ecu)
    return ecu
  }

  /** The client for the ECUs that listen to this functional address, always the same one. */
  group(address: number): GroupClient {
    const group =
      this.#groups.get(address) ??
      new GroupClient(this.#context, address, {
        active: (exchange) => {
          this.#activeGroup = exchange && { address, exchange }
        },
        accepted: (ecu, request, answer) => this.#ecus.get(ecu)?.accepted(request, answer),
      })
    this.#groups.set(address, group)
    return group
  }

  /**
   * Keeps the session of an ECU or group of this tester alive, until disposal or until the connection is lost: the
   * session is gone then.
   */
  keepTesterPresent(target: EcuClient | GroupClient, intervalMs = TESTER_PRESENT_INTERVAL_MS): Disposable {
    const { channel, clock, log } = this.#context
    const ending = new AbortController()
    const end = () => ending.abort(new DOMException('tester present ended', 'AbortError'))
    const unsubscribe = channel.subscribe((event) => {
      if (event.kind === 'lost') end()
    })
    this.#closing.signal.addEventListener('abort', end, { once: true })
    if (this.#closing.signal.aborted) end()
    const onRefusal = (error: unknown) => {
      log.warn('tester present was refused', { address: formatAddress(target.address), error: messageOf(error) })
    }
    keepTesterPresent(target, { clock, intervalMs, onRefusal }, ending.signal)
      // It rejects only because it ended while it waited.
      .catch(() => {})
      .finally(() => {
        unsubscribe()
        this.#closing.signal.removeEventListener('abort', end)
      })
    return { [Symbol.dispose]: end }
  }

  /** Fails what is under way with UDS_CLOSED. The channel stays open. */
  [Symbol.dispose](): void {
    const error = new UdsError('UDS_CLOSED', 'the tester was closed')
    this.#closing.abort(error)
    this.#unsubscribe()
    this.#failAll(error)
    for (const ecu of this.#ecus.values()) ecu[Symbol.dispose]()
  }

  #onEvent(event: ChannelEvent): void {
    switch (event.kind) {
      case 'received':
        this.#onMessage(event.source, event.message)
        break
      case 'refused':
        if (event.target === this.#activeGroup?.address) this.#activeGroup.exchange.fail(event.error)
        else this.#ecus.get(event.target)?.fail(event.error)
        break
      case 'lost':
        this.#failAll(event.error)
    }
  }

  #onMessage(source: number, message: Uint8Array): void {
    const isTaken =
      this.#activeGroup?.exchange.offer(source, message) ?? this.#ecus.get(source)?.offer(message) ?? false
    if (isTaken) return
    this.#droppedMessages++
    const fields = { source: formatAddress(source), message: toHex(message.subarray(0, 8)), length: message.length }
    this.#context.log.debug('dropped a UDS message that nobody waits for', fields)
  }

  #failAll(error: Error): void {
    this.#activeGroup?.exchange.fail(error)
    for (const ecu of this.#ecus.values()) ecu.lost(error)
  }
}
