import type { Clock } from '@opensovd/base'
import type { E2eStatus } from '../e2e/checker.ts'
import type { Message } from '../wire/message.ts'
import { MESSAGE_TYPE } from '../wire/message-type.ts'
import { RETURN_CODE } from '../wire/return-code.ts'
import { hex4 } from './ids.ts'
import { ErrorAnswer, SomeIpError } from './someip-error.ts'

/** The answer to a call. */
export interface Response {
  /** The caller's own. */
  readonly payload: Uint8Array
  readonly sessionId: number
  readonly clientId: number
  readonly interfaceVersion: number
  /** Undefined unless the configuration has responses of this method checked. */
  readonly e2e: E2eStatus | undefined
}

/** What a response must match: whom was asked what. */
export interface Asked {
  /** Where the request went; identity counts. */
  readonly peer: object
  readonly serviceId: number
  readonly methodId: number
}

/** Checks the E2E protection of a response. */
export interface ResponseChecker {
  check(message: Message): E2eStatus | undefined
}

interface Pending extends Asked {
  readonly resolve: (response: Response) => void
  readonly reject: (error: unknown) => void
}

export interface CallOptions {
  /** How long to wait for the response. Default: 5000. */
  readonly timeoutMs?: number
  /** Aborting rejects the call with the signal's reason; a response that comes later is dropped. */
  readonly signal?: AbortSignal | undefined
}

const LAST_SESSION = 0xffff
const DEFAULT_TIMEOUT_MS = 5000

/** The calls of an application that wait for a response, and its session ids. Bounded by the session ids: 65535. */
export class PendingCalls {
  readonly #clock: Clock
  readonly #pending = new Map<number, Pending>()
  #lastSession = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#pending.size
  }

  /** The next session id that no call is waiting with. @throws SomeIpError */
  nextSessionId(): number {
    for (let tried = 0; tried < LAST_SESSION; tried++) {
      this.#lastSession = this.#lastSession === LAST_SESSION ? 1 : this.#lastSession + 1
      if (!this.#pending.has(this.#lastSession)) return this.#lastSession
    }
    throw new SomeIpError('SOMEIP_TOO_MANY_CALLS', `${LAST_SESSION} calls`)
  }

  /** Waits for the response with this session id. Rejects with SomeIpError, or with the reason of the signal. */
  wait(sessionId: number, asked: Asked, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: CallOptions): Promise<Response> {
    return new Promise((resolve, reject) => {
      const end = () => {
        cancelTimer()
        signal?.removeEventListener('abort', onAbort)
        this.#pending.delete(sessionId)
      }
      const fail = (error: unknown) => {
        end()
        reject(error)
      }
      const onAbort = () => fail(signal?.reason)
      const cancelTimer = this.#clock.after(timeoutMs, () =>
        fail(new SomeIpError('SOMEIP_TIMEOUT', `${subjectOf(asked)} after ${timeoutMs} ms`)),
      )
      signal?.addEventListener('abort', onAbort, { once: true })
      const succeed = (response: Response) => {
        end()
        resolve(response)
      }
      this.#pending.set(sessionId, { ...asked, resolve: succeed, reject: fail })
    })
  }

  /** Takes a response from `peer`; `checker` judges it if somebody waits for it. Returns false when nobody does. */
  settle(message: Message, peer: object, checker: ResponseChecker): boolean {
    const { serviceId, methodId, clientId, sessionId, interfaceVersion, messageType, returnCode } = message
    const call = this.#pending.get(sessionId)
    if (call === undefined || call.peer !== peer) return false
    if (call.serviceId !== serviceId || call.methodId !== methodId) return false
    const payload = message.payload.slice()
    const e2e = checker.check(message)
    if (messageType === MESSAGE_TYPE.RESPONSE && returnCode === RETURN_CODE.OK) {
      call.resolve({ payload, sessionId, clientId, interfaceVersion, e2e })
    } else {
      call.reject(new ErrorAnswer(subjectOf(call), returnCode, payload))
    }
    return true
  }

  /** Fails one call. */
  fail(sessionId: number, error: SomeIpError): void {
    this.#pending.get(sessionId)?.reject(error)
  }

  /** Fails the calls to a peer that went away. */
  failAll(peer: object, error: SomeIpError): void {
    for (const call of [...this.#pending.values()]) if (call.peer === peer) call.reject(error)
  }

  /** Fails all calls. */
  close(): void {
    for (const call of [...this.#pending.values()]) call.reject(new SomeIpError('SOMEIP_CLOSED', subjectOf(call)))
  }
}

function subjectOf({ serviceId, methodId }: Asked): string {
  return `call of ${hex4(serviceId)}.${hex4(methodId)}`
}
