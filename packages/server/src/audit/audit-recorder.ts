import {
  type AuditOutcome,
  type AuditRecord,
  type AuditTrail,
  type Caller,
  type LockTarget,
  spaceOf,
  type Tenancy,
  VEHICLE,
} from '@opensovd/core'
import type { Route, SovdError, SovdErrorCode } from '@opensovd/sovd'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerOf } from '../caller.ts'
import type { Contract } from '../contract.ts'
import type { RequestCall } from '../http/request-call.ts'
import { type AuditedRow, auditedRowOf, filled } from './audited-row.ts'

/** Where a request goes to. */
export interface AuditedPlace {
  readonly contract: Contract
  /** Absent where no route was found. */
  readonly row: Route | undefined
}

/** What there is to know of a request while it is served. */
type Noted = Pick<RequestCall, 'caller' | 'noted'>

const ANONYMOUS = 'anonymous'
/** Whoever failed to prove who they are, whatever they said. */
const UNKNOWN = 'unknown'
const TRACE_ID = /^[0-9a-f]{2}-([0-9a-f]{32})-/

/** Refusals because of who asks; those because of locks are the others that are denials. */
const DENIALS: ReadonlySet<SovdErrorCode> = new Set(['unauthorized', 'forbidden', 'locked'])

/** Records what clients change, and what they were not let. */
export class AuditRecorder {
  readonly #trail: AuditTrail
  readonly #views: Tenancy['views'] | undefined
  readonly #rows = new Map<Route, AuditedRow | undefined>()
  /** Requests that are recorded: all while the trail is on, and always those that switch features. */
  readonly #calls = new WeakMap<FastifyRequest, Noted>()

  /** @param trail has everything; what is done on behalf of a tenant that is kept apart is in its own as well */
  constructor(trail: AuditTrail, tenancy?: Tenancy) {
    this.#trail = trail
    this.#views = tenancy?.views
  }

  /** A request is about to be served: it is recorded even if it switches the trail off. */
  begin(row: Route, request: FastifyRequest, context: Noted): void {
    if (this.#rowOf(row) && (this.#trail.isOn || isSwitch(row))) this.#calls.set(request, context)
  }

  /** @param location of what was made */
  succeeded(place: AuditedPlace, request: FastifyRequest, reply: FastifyReply, location: string | undefined): void {
    const row = place.row && this.#rowOf(place.row)
    if (!row || !this.#isFor(place, request)) return
    const detail = isFlag(place.row) ? switchOf(request.body) : location
    const outcome = this.#calls.get(request)?.noted?.outcome ?? 'success'
    this.#record({ place, request, reply }, row, outcome, detail)
  }

  /** Also records who was not let in or not let read, whatever it was about. */
  failed(place: AuditedPlace, request: FastifyRequest, reply: FastifyReply, error: SovdError): void {
    if (!this.#isFor(place, request)) return
    const { code, message, isByLock } = error
    const row = this.#failedRow(place.row, request, code)
    const outcome = isByLock || DENIALS.has(code) ? 'denied' : 'error'
    if (row) this.#record({ place, request, reply }, row, outcome, `${code}: ${message}`)
  }

  #failedRow(row: Route | undefined, { url }: FastifyRequest, code: SovdErrorCode): AuditedRow | undefined {
    if (code === 'unauthorized') return { action: 'authFailure', resource: url.split('?', 1)[0] ?? '' }
    const known = row && this.#rowOf(row)
    return known || code !== 'forbidden' || !row ? known : { action: 'authzDenied', resource: row.path.slice(1) }
  }

  #isFor({ row }: AuditedPlace, request: FastifyRequest): boolean {
    return this.#trail.isOn || this.#calls.has(request) || isSwitch(row)
  }

  #rowOf(row: Route): AuditedRow | undefined {
    if (!this.#rows.has(row)) this.#rows.set(row, auditedRowOf(row))
    return this.#rows.get(row)
  }

  #record({ place, request, reply }: Exchange, row: AuditedRow, outcome: AuditOutcome, detail?: string): void {
    const params: Params = Object(request.params)
    const { action, resource } = row
    const known = [this.#calls.get(request)?.noted?.detail, detail].filter((text) => text !== undefined)
    const trace = String(reply.getHeader('traceparent') ?? '')
    const caller = action === 'authFailure' ? { subject: UNKNOWN } : this.#callerOf(request)
    const record: AuditRecord = {
      caller: caller.subject ?? ANONYMOUS,
      ...(caller.tenant && { tenant: caller.tenant.id }),
      action,
      target: action === 'authFailure' ? 'server' : targetOf(place, params),
      resource: isFlag(place.row) && action !== 'authFailure' ? 'feature-flags' : filled(resource, params),
      method: request.method,
      outcome,
      ...(known.length === 0 ? {} : { detail: known.join(': ') }),
      ...(trace === '' ? {} : { traceId: TRACE_ID.exec(trace)?.[1] ?? trace }),
    }
    this.#trail.record(record)
    this.#views?.get(spaceOf(caller) ?? '')?.audit?.record(record)
  }

  /** A name that is none is nobody's. */
  #callerOf(request: FastifyRequest): Caller {
    try {
      return this.#calls.get(request)?.caller ?? callerOf(request.headers)
    } catch {
      return {}
    }
  }
}

type Params = Readonly<Record<string, string>>

interface Exchange {
  readonly place: AuditedPlace
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

function targetOf({ contract, row }: AuditedPlace, params: Params): string {
  if (row && isFlag(row)) return filled(row.path, params).slice(1)
  const target = entityOf(contract, params)
  return target.kind === 'vehicle' ? target.kind : `${target.kind}/${target.id}`
}

/** A path can name a collection of entities that there is none of. */
function entityOf(contract: Contract, params: Params): LockTarget {
  try {
    return contract.targetOf(params)
  } catch {
    return VEHICLE
  }
}

function switchOf(body: unknown): string {
  const { enabled }: { enabled?: unknown } = Object(body)
  return `enabled=${enabled}`
}

/** Whoever could switch features without a record could do all else without one. */
function isSwitch(row: Route | undefined): boolean {
  return isFlag(row) && row?.mutates !== undefined
}

function isFlag(row: Route | undefined): boolean {
  return row?.path === '/x-admin/features/{flag}'
}
