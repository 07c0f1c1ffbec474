import type { Alarm, Clock } from '@opensovd/base'
import { isAnswerTo, NEGATIVE_RESPONSE_SID } from '../codec/message.ts'
import { NRC } from '../codec/nrc.ts'
import { describeSid } from '../codec/services.ts'
import { UdsError } from '../errors.ts'
import type { UdsTiming } from './options.ts'

/** Whether an ECU says with `message` that its answer takes longer. */
export function isResponsePending(message: Uint8Array): boolean {
  return message[0] === NEGATIVE_RESPONSE_SID && message[2] === NRC.requestCorrectlyReceivedResponsePending
}

/**
 * One request and the messages that may answer it: the last one does, through any "response pending". Once the ECU has
 * answered, it no longer matters whether the network says that it took the request.
 */
export class Exchange {
  /**
   * The answer; undefined when none came and none was expected.
   * Rejects with UdsError UDS_TIMEOUT, UDS_PENDING_TOO_LONG, or what `fail` was given.
   */
  readonly answer: Promise<Uint8Array | undefined>
  readonly #clock: Clock
  readonly #alarm: Alarm
  readonly #ecu: string
  readonly #request: Uint8Array
  readonly #expectsAnswer: boolean
  readonly #timing: UdsTiming
  readonly #limitMs: number
  readonly #settle: Pick<PromiseWithResolvers<Uint8Array | undefined>, 'resolve' | 'reject'>
  #isTimed = false
  #isPending = false
  #isOver = false

  /**
   * @param runtime its alarm has to call `expire`, and belongs to this exchange until that is over
   * @param request `ecu` names the ECU in errors
   */
  constructor(
    runtime: { readonly clock: Clock; readonly alarm: Alarm },
    request: { readonly ecu: string; readonly message: Uint8Array; readonly expectsAnswer: boolean },
    timing: UdsTiming,
  ) {
    const { promise, ...settle } = Promise.withResolvers<Uint8Array | undefined>()
    this.answer = promise
    this.#settle = settle
    this.#clock = runtime.clock
    this.#alarm = runtime.alarm
    this.#ecu = request.ecu
    this.#request = request.message
    this.#expectsAnswer = request.expectsAnswer
    this.#timing = timing
    this.#limitMs = this.#clock.monotonic() + timing.pendingLimitMs
  }

  /** The network has taken the request: the time for the answer begins. */
  taken(): void {
    if (this.#isTimed || this.#isOver) return
    this.#expectBefore(this.#clock.monotonic() + this.#timing.p2Ms + this.#timing.marginMs)
  }

  /** The network has not taken the request, which does not matter any longer once the ECU works on it. */
  notTaken(error: unknown): void {
    if (!this.#isPending) this.fail(error)
  }

  /** Takes `message` if it can be the answer that is still waited for; returns whether it can. */
  offer(message: Uint8Array): boolean {
    if (this.#isOver || !isAnswerTo(this.#request, message)) return false
    if (isResponsePending(message)) this.#wait()
    else this.#end(message)
    return true
  }

  /** The time for the answer is over. */
  expire(): void {
    const { p2Ms, p2StarMs, marginMs } = this.#timing
    if (this.#isPending && this.#clock.monotonic() >= this.#limitMs) this.#failPending()
    else if (this.#isPending)
      this.#fail('UDS_TIMEOUT', `did not answer within ${p2StarMs + marginMs} ms of saying it works on it`)
    else if (this.#expectsAnswer) this.#fail('UDS_TIMEOUT', `did not answer within ${p2Ms + marginMs} ms`)
    else this.#end(undefined)
  }

  fail(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#alarm.clear()
    this.#settle.reject(error)
  }

  #end(answer: Uint8Array | undefined): void {
    this.#isOver = true
    this.#alarm.clear()
    this.#settle.resolve(answer)
  }

  /** The ECU says that it works on it. */
  #wait(): void {
    const nowMs = this.#clock.monotonic()
    if (nowMs >= this.#limitMs) {
      this.#failPending()
      return
    }
    this.#isPending = true
    this.#expectBefore(Math.min(nowMs + this.#timing.p2StarMs + this.#timing.marginMs, this.#limitMs))
  }

  #expectBefore(dueMs: number): void {
    this.#isTimed = true
    this.#alarm.set(dueMs)
  }

  #failPending(): void {
    this.#fail('UDS_PENDING_TOO_LONG', `still works on it after ${this.#timing.pendingLimitMs} ms`)
  }

  #fail(code: 'UDS_TIMEOUT' | 'UDS_PENDING_TOO_LONG', problem: string): void {
    this.fail(new UdsError(code, `ECU ${this.#ecu}, ${describeSid(this.#request[0] ?? 0)}: it ${problem}`))
  }
}
