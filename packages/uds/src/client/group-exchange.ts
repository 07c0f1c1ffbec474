import type { Clock } from '@opensovd/base'
import { isAnswerTo } from '../codec/message.ts'
import { Mailbox } from '../mailbox.ts'
import { isResponsePending } from './exchange.ts'
import type { UdsTiming } from './options.ts'

type Event =
  | { readonly kind: 'taken' }
  | { readonly kind: 'answer'; readonly source: number; readonly message: Uint8Array }

export interface GroupAnswers {
  /** The last answer of each ECU that gave one. */
  readonly answers: ReadonlyMap<number, Uint8Array>
  /** ECUs that said they work on the request, and nothing more. */
  readonly unfinished: ReadonlySet<number>
}

/** One functionally addressed request and everybody's answers. */
export class GroupExchange {
  readonly #clock: Clock
  readonly #request: Uint8Array
  readonly #timing: UdsTiming
  readonly #events = new Mailbox<Event>()

  constructor(clock: Clock, request: Uint8Array, timing: UdsTiming) {
    this.#clock = clock
    this.#request = request
    this.#timing = timing
  }

  /** Takes `message` if it can be an answer; returns whether it can. */
  offer(source: number, message: Uint8Array): boolean {
    if (!isAnswerTo(this.#request, message)) return false
    this.#events.put({ kind: 'answer', source, message })
    return true
  }

  fail(error: unknown): void {
    this.#events.fail(error)
  }

  /**
   * Sends, and collects answers for P2, and for P2* of each ECU that asks for it. Ends early when all of `expected`
   * have answered.
   * @param send resolves when the network has taken the request
   * @throws what `send` or `fail` gave
   */
  async run(send: () => Promise<void>, expected: readonly number[]): Promise<GroupAnswers> {
    const { p2Ms, p2StarMs, marginMs, pendingLimitMs } = this.#timing
    const limitMs = this.#clock.monotonic() + pendingLimitMs
    const answers = new Map<number, Uint8Array>()
    const pendingUntilMs = new Map<number, number>()
    let windowMs: number | undefined
    send().then(
      () => this.#events.put({ kind: 'taken' }),
      (error) => this.#events.fail(error),
    )
    for (;;) {
      const dueMs = windowMs === undefined ? limitMs : Math.max(windowMs, ...pendingUntilMs.values())
      const event = await this.#events.takeBefore(this.#clock, dueMs)
      if (!event) break
      const nowMs = this.#clock.monotonic()
      if (event.kind === 'taken') {
        windowMs = nowMs + p2Ms + marginMs
      } else if (isResponsePending(event.message)) {
        pendingUntilMs.set(event.source, Math.min(nowMs + p2StarMs + marginMs, limitMs))
      } else {
        pendingUntilMs.delete(event.source)
        answers.set(event.source, event.message)
        if (expected.length > 0 && expected.every((ecu) => answers.has(ecu))) break
      }
    }
    return { answers, unfinished: new Set(pendingUntilMs.keys()) }
  }
}
