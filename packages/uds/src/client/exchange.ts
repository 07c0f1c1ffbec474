import type { Clock } from '@opensovd/base'
import { isAnswerTo, NEGATIVE_RESPONSE_SID } from '../codec/message.ts'
import { NRC } from '../codec/nrc.ts'
import { describeSid } from '../codec/services.ts'
import { UdsError } from '../errors.ts'
import { Mailbox } from '../mailbox.ts'
import type { UdsTiming } from './options.ts'

type Event = { readonly kind: 'taken' } | { readonly kind: 'answer'; readonly message: Uint8Array }

/** Whether an ECU says with `message` that its answer takes longer. */
export function isResponsePending(message: Uint8Array): boolean {
  return message[0] === NEGATIVE_RESPONSE_SID && message[2] === NRC.requestCorrectlyReceivedResponsePending
}

/** One request and the messages that may answer it. */
export class Exchange {
  readonly #clock: Clock
  readonly #ecu: string
  readonly #request: Uint8Array
  readonly #timing: UdsTiming
  readonly #events = new Mailbox<Event>()

  /** @param ecu names the ECU in errors */
  constructor(clock: Clock, ecu: string, request: Uint8Array, timing: UdsTiming) {
    this.#clock = clock
    this.#ecu = ecu
    this.#request = request
    this.#timing = timing
  }

  /** Takes `message` if it can be the answer; returns whether it can. */
  offer(message: Uint8Array): boolean {
    if (!isAnswerTo(this.#request, message)) return false
    this.#events.put({ kind: 'answer', message })
    return true
  }

  fail(error: unknown): void {
    this.#events.fail(error)
  }

  /**
   * Sends and waits for the last answer, through any "response pending". Once the ECU has answered, it no longer
   * matters whether the network says that it took the request.
   * @param send resolves when the network has taken the request
   * @returns undefined when no answer came and none was expected
   * @throws UdsError UDS_TIMEOUT, UDS_PENDING_TOO_LONG; what `send` or `fail` gave
   */
  async run(send: () => Promise<void>, expectsAnswer: boolean): Promise<Uint8Array | undefined> {
    const { p2Ms, p2StarMs, marginMs, pendingLimitMs } = this.#timing
    const limitMs = this.#clock.monotonic() + pendingLimitMs
    let dueMs: number | undefined
    let pending = false
    send().then(
      () => this.#events.put({ kind: 'taken' }),
      (error) => this.#events.fail(error),
    )
    for (;;) {
      const event = await (dueMs === undefined ? this.#events.take() : this.#events.takeBefore(this.#clock, dueMs))
      const nowMs = this.#clock.monotonic()
      if (event?.kind === 'taken') {
        dueMs ??= nowMs + p2Ms + marginMs
      } else if (event && !isResponsePending(event.message)) {
        return event.message
      } else if (nowMs >= limitMs && (event || pending)) {
        throw this.#error('UDS_PENDING_TOO_LONG', `still works on it after ${pendingLimitMs} ms`)
      } else if (event) {
        pending = true
        dueMs = Math.min(nowMs + p2StarMs + marginMs, limitMs)
      } else if (pending) {
        throw this.#error('UDS_TIMEOUT', `did not answer within ${p2StarMs + marginMs} ms of saying it works on it`)
      } else if (expectsAnswer) {
        throw this.#error('UDS_TIMEOUT', `did not answer within ${p2Ms + marginMs} ms`)
      } else {
        return undefined
      }
    }
  }

  #error(code: 'UDS_TIMEOUT' | 'UDS_PENDING_TOO_LONG', problem: string): UdsError {
    return new UdsError(code, `ECU ${this.#ecu}, ${describeSid(this.#request[0] ?? 0)}: it ${problem}`)
  }
}
