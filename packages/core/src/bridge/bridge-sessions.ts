import { type Clock, type Logger, raceSignal, withTimeout } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { FeatureFlags } from '../features/feature-flags.ts'
import type { CallContext } from '../ports/call-context.ts'
import {
  type BridgeSession,
  type ConnectingVehicle,
  type ForwardAnswer,
  type ForwardRequest,
  SESSION_ENDS,
  type SessionEnd,
  type VehicleLink,
} from './bridge-session.ts'
import { forwardedHeaders } from './forwarded-headers.ts'

export interface BridgeLimits {
  /** How many vehicles can be connected at a time. */
  readonly maxSessions: number
  /** How many requests may wait for one vehicle at a time. */
  readonly maxInFlight: number
  /** How long a vehicle has for an answer. */
  readonly timeoutMs: number
}

export interface BridgeSessionsOptions extends Partial<BridgeLimits> {
  readonly clock: Clock
  readonly log: Logger
  /** What it makes cannot be guessed. */
  readonly createId: () => string
  readonly features: FeatureFlags
}

/** What the one who holds the connection tells of it. */
export interface AdmittedVehicle {
  readonly session: BridgeSession
  /** Whether anybody waits for this answer. */
  answered(requestId: string, answer: ForwardAnswer): boolean
  /** The connection is gone. */
  lost(): void
}

interface Open {
  readonly session: BridgeSession
  readonly link: VehicleLink
  readonly waiting: Map<string, PromiseWithResolvers<ForwardAnswer>>
  readonly ended: AbortController
  inFlight: number
}

const DEFAULTS: BridgeLimits = { maxSessions: 1000, maxInFlight: 64, timeoutMs: 30_000 }
const RETRY_SECONDS = 1

/** The vehicles that are connected to this gateway, one session each, while the feature `bridge` is on. */
export class BridgeSessions implements Disposable {
  readonly #options: BridgeSessionsOptions & BridgeLimits
  readonly #endListening: () => void
  /** At most `maxSessions`. */
  readonly #open = new Map<string, Open>()

  constructor(options: BridgeSessionsOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#endListening = options.features.onChange(({ feature, enabled }) => {
      if (feature === 'bridge' && !enabled) this.#endAll('switched-off')
    })
  }

  /**
   * Begins the session of a vehicle; one that it had ends.
   * @throws SovdError `not-found` while the bridge is off; `unavailable` when there are too many sessions
   */
  admit(vehicle: ConnectingVehicle, link: VehicleLink): AdmittedVehicle {
    const { clock, log, createId, features, maxSessions } = this.#options
    features.require('bridge')
    const before = this.list().find(({ vehicleId }) => vehicleId === vehicle.vehicleId)
    if (!before && this.#open.size >= maxSessions) {
      throw new SovdError('unavailable', `${maxSessions} vehicles are connected already, more cannot be`)
    }
    if (before) this.#end(before.id, 'replaced')
    const session = { id: createId(), ...vehicle, connectedAt: new Date(clock.now()).toISOString() }
    const open: Open = { session, link, waiting: new Map(), ended: new AbortController(), inFlight: 0 }
    this.#open.set(session.id, open)
    log.info('a vehicle connected', { vehicle: vehicle.vehicleId, session: session.id, from: vehicle.remoteAddress })
    return {
      session,
      answered: (requestId, answer) => {
        const waiting = open.waiting.get(requestId)
        waiting?.resolve(answer)
        return waiting !== undefined
      },
      lost: () => this.#end(session.id, 'lost'),
    }
  }

  /** The longest connected first. */
  list(): readonly BridgeSession[] {
    return [...this.#open.values()].map(({ session }) => session)
  }

  /** @throws SovdError `not-found` */
  get(id: string): BridgeSession {
    return this.#get(id).session
  }

  /**
   * Lets the vehicle's server answer a request. When it is aborted, the vehicle is not told.
   * @throws SovdError `not-found`; `invalid-request` for a header that does not pass; `content-too-large`;
   * `unavailable` when too much waits for the vehicle; `bad-gateway` when it does not answer or is lost
   */
  async forward(
    id: string,
    request: ForwardRequest,
    context: CallContext,
  ): Promise<ForwardAnswer & { readonly requestId: string }> {
    const open = this.#get(id)
    const headers = forwardedHeaders(request.headers ?? {}, context)
    const requestId = this.#options.createId()
    const answer = await this.#await(open, context.signal, async (signal) => {
      const waiting = Promise.withResolvers<ForwardAnswer>()
      open.waiting.set(requestId, waiting)
      try {
        open.link.send(requestId, { ...request, headers })
        return await raceSignal(waiting.promise, signal)
      } finally {
        open.waiting.delete(requestId)
      }
    })
    return { requestId, ...answer }
  }

  /**
   * Resolves when the vehicle has answered a ping.
   * @throws SovdError `not-found`; `unavailable` as `forward`; `bad-gateway` when it does not answer or is lost
   */
  async heartbeat(id: string, { signal }: CallContext): Promise<void> {
    const open = this.#get(id)
    await this.#await(open, signal, (ended) => open.link.ping(ended))
  }

  /** @throws SovdError `not-found` */
  disconnect(id: string): void {
    this.#get(id)
    this.#end(id, 'disconnected')
  }

  [Symbol.dispose](): void {
    this.#endListening()
    this.#endAll('stopped')
  }

  #get(id: string): Open {
    const open = this.#open.get(id)
    if (open) return open
    throw new SovdError('not-found', `Bridge session '${id}' not found`, { target: id })
  }

  /** Runs a task that ends with the session or when its time is up. */
  async #await<T>(open: Open, signal: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, maxInFlight, timeoutMs } = this.#options
    const { vehicleId } = open.session
    if (open.inFlight >= maxInFlight) {
      const message = `${maxInFlight} requests wait for vehicle '${vehicleId}' already`
      throw new SovdError('unavailable', message, { retryAfterSeconds: RETRY_SECONDS })
    }
    const late = () =>
      new SovdError('bad-gateway', `bridge timeout: vehicle '${vehicleId}' did not answer within ${timeoutMs / 1000} s`)
    open.inFlight += 1
    try {
      return await withTimeout(clock, timeoutMs, late, AbortSignal.any([signal, open.ended.signal]), task)
    } finally {
      open.inFlight -= 1
    }
  }

  #endAll(end: SessionEnd): void {
    for (const id of this.#open.keys()) this.#end(id, end)
  }

  #end(id: string, end: SessionEnd): void {
    const open = this.#open.get(id)
    if (!open) return
    this.#open.delete(id)
    const { vehicleId } = open.session
    this.#options.log.info('a vehicle is no longer connected', {
      vehicle: vehicleId,
      session: id,
      why: SESSION_ENDS[end],
    })
    open.ended.abort(
      new SovdError('bad-gateway', `bridge connection lost: vehicle '${vehicleId}': ${SESSION_ENDS[end]}`),
    )
    open.link.close(end)
  }
}
