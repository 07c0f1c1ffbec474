import { Alarm, type Clock, type Logger, messageOf } from '@opensovd/base'
import type { SessionTiming } from '../codec/management.ts'
import { encodeNegativeResponse } from '../codec/message.ts'
import { NRC } from '../codec/nrc.ts'
import { SERVICES } from '../codec/services.ts'
import type { DiagnosticRequest, DiagnosticTarget } from '../entity/target.ts'
import { sessionControlHandler, testerPresentHandler } from './built-in.ts'
import { dispatch, type Outcome, type ServiceTable } from './dispatch.ts'
import type { Access, RawServiceHandler, ServiceHandlers } from './handlers.ts'
import { RequestWork } from './request-work.ts'
import { ServerState } from './server-state.ts'

/** A session that a server has, with what it needs to be entered and what is promised in it. */
export interface SessionOptions extends Access {
  readonly timing?: SessionTiming
}

export interface UdsServerOptions {
  readonly logicalAddress: number
  readonly functionalAddresses?: readonly number[]
  readonly maxRequestLength?: number
  /** P2 and P2* of sessions that promise nothing else; 50 ms and 5 s when left out. */
  readonly timing?: SessionTiming
  /** A session other than the default one ends without requests: S3; 5 s when left out. */
  readonly s3Ms?: number
  /** Sessions beside the default one, by sub-function. */
  readonly sessions?: Readonly<Record<number, SessionOptions>>
  /** DiagnosticSessionControl and TesterPresent are there already, and can be replaced. */
  readonly services?: ServiceHandlers
  /** Services that the standard does not define, by SID. */
  readonly rawServices?: ReadonlyMap<number, RawServiceHandler>
}

const TIMING: SessionTiming = { p2Ms: 50, p2StarMs: 5000 }
const S3_MS = 5000
/** "Response pending" goes out at this part of P2 and P2*, so that it arrives in time. */
const PENDING_AFTER = 0.7
/** Nobody is told these when a group was asked: an ECU that is not meant keeps quiet (ISO 14229-1 8.7). */
const SILENT_FOR_GROUPS: ReadonlySet<number> = new Set([
  NRC.serviceNotSupported,
  NRC.subFunctionNotSupported,
  NRC.requestOutOfRange,
  NRC.subFunctionNotSupportedInActiveSession,
  NRC.serviceNotSupportedInActiveSession,
])

/** The UDS side of one ECU: works on one request at a time and answers others with busyRepeatRequest meanwhile. */
export class UdsServer implements DiagnosticTarget, Disposable {
  readonly logicalAddress: number
  readonly functionalAddresses: readonly number[]
  readonly maxRequestLength: number
  readonly state: ServerState
  readonly #clock: Clock
  readonly #log: Logger
  readonly #table: ServiceTable
  readonly #timing: SessionTiming
  readonly #sessions: Readonly<Record<number, SessionOptions>>
  #working: RequestWork | undefined
  #isClosed = false

  constructor(runtime: { readonly clock: Clock; readonly log: Logger }, options: UdsServerOptions) {
    const { timing = TIMING, sessions = {}, s3Ms = S3_MS } = options
    this.logicalAddress = options.logicalAddress
    this.functionalAddresses = options.functionalAddresses ?? []
    this.maxRequestLength = options.maxRequestLength ?? Number.POSITIVE_INFINITY
    this.#clock = runtime.clock
    this.#log = runtime.log.child({ ecu: `0x${options.logicalAddress.toString(16).padStart(4, '0')}` })
    this.#timing = timing
    this.#sessions = sessions
    this.#table = {
      services: {
        diagnosticSessionControl: sessionControlHandler(sessions, timing),
        testerPresent: testerPresentHandler,
        ...options.services,
      },
      rawServices: options.rawServices ?? new Map(),
    }
    this.state = new ServerState(this.#clock, s3Ms, (error) =>
      this.#log.error('a listener failed', { error: messageOf(error) }),
    )
  }

  receive(request: DiagnosticRequest, respond: (answer: Uint8Array) => void): void {
    const [sid] = request.data
    if (sid === undefined || this.#isClosed) return
    const isTesterPresent = sid === SERVICES.testerPresent.sid
    if (this.#working && !isTesterPresent) {
      respond(encodeNegativeResponse(sid, NRC.busyRepeatRequest))
      return
    }
    const work = new RequestWork(request, this.state)
    if (!isTesterPresent) this.#working = work
    const { timing = this.#timing } = this.#sessions[this.state.current.session] ?? {}
    this.state.pauseS3()
    const outcome = dispatch(request.data, this.#table, work, this.#log)
    if (outcome instanceof Promise) this.#answerLater({ sid, work, respond }, outcome, timing)
    else this.#answer({ sid, work, respond }, outcome, false)
  }

  /** Does what a restart does to the diagnostics: ends the request under way without an answer, and the session. */
  reset(): void {
    this.#working?.abort(new DOMException('the ECU was reset', 'AbortError'))
    this.#working = undefined
    this.state.reset()
  }

  /** Answers nothing any longer. */
  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#working?.abort(new DOMException('the ECU was closed', 'AbortError'))
    this.state[Symbol.dispose]()
  }

  /** Says "response pending" before P2 is over, and before P2* is over again and again. */
  #answerLater(served: Served, outcome: Promise<Outcome>, { p2Ms, p2StarMs }: SessionTiming): void {
    const { sid, work, respond } = served
    let wasPending = false
    const alarm = new Alarm(this.#clock, () => {
      if (work.isAborted) return
      wasPending = true
      respond(encodeNegativeResponse(sid, NRC.requestCorrectlyReceivedResponsePending))
      alarm.set(this.#clock.monotonic() + p2StarMs * PENDING_AFTER)
    })
    alarm.set(this.#clock.monotonic() + p2Ms * PENDING_AFTER)
    outcome
      .then((done) => this.#answer(served, done, wasPending))
      .catch((error) => this.#log.error('a request failed', { error: messageOf(error) }))
      .finally(() => alarm[Symbol.dispose]())
  }

  #answer({ sid, work, respond }: Served, outcome: Outcome, wasPending: boolean): void {
    if (work.isAborted) return
    if (this.#working === work) this.#working = undefined
    const answer = answerOf(sid, outcome, work.functional && !wasPending)
    const isKept = answer && (wasPending || !('isSuppressed' in outcome && outcome.isSuppressed))
    if (isKept) respond(answer)
    if (!this.#working) this.state.restartS3()
    work.answered()
  }
}

/** A request that is worked on. */
interface Served {
  readonly sid: number
  readonly work: RequestWork
  readonly respond: (answer: Uint8Array) => void
}

function answerOf(sid: number, outcome: Outcome, isGroup: boolean): Uint8Array | undefined {
  if ('answer' in outcome) return outcome.answer
  if (isGroup && SILENT_FOR_GROUPS.has(outcome.nrc)) return undefined
  return encodeNegativeResponse(sid, outcome.nrc)
}
