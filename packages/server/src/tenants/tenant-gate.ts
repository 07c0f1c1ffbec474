import type { IncomingHttpHeaders } from 'node:http'
import type { Logger } from '@opensovd/base'
import type { Caller, FeatureFlags, Tenant } from '@opensovd/core'
import { type Route, SovdError } from '@opensovd/sovd'
import type { FastifyInstance } from 'fastify'
import { callerOf, isJudged, judgeCaller } from '../caller.ts'
import { accessOf, isWithin, type RowAccess } from './row-access.ts'

export interface TenantGateOptions {
  readonly tenants: ReadonlyMap<string, Tenant>
  /** The header that names the tenant of who may choose. */
  readonly headerName: string
  readonly features: FeatureFlags
  readonly log: Logger
}

/** Somebody whose name is proven, and the tenant that the credentials are of, if they are of any. */
export interface ProvenCaller {
  readonly caller: Caller
  readonly tenantId: string | undefined
}

/** Whose tenant is not known otherwise belongs to this one. */
const DEFAULT_TENANT = 'default'
/** Lets those choose a tenant whose credentials are of none. */
const CHOOSE = 'tenants:any'

/** Decides on whose behalf a request comes, and keeps tenants from what is not theirs to use. */
export class TenantGate {
  readonly #options: TenantGateOptions
  readonly #header: string
  readonly #access = new WeakMap<Route, RowAccess>()

  constructor(options: TenantGateOptions) {
    const { features, log } = options
    this.#options = options
    this.#header = options.headerName.toLowerCase()
    features.provide('multi_tenant')
    features.onChange(({ feature, enabled, caller }) => {
      if (feature !== 'multi_tenant') return
      const by = caller.subject ?? 'anonymous'
      if (enabled) log.warn('tenants are kept apart again', { by })
      else log.error('TENANTS ARE NO LONGER KEPT APART: all of them see and change the whole vehicle', { by })
    })
  }

  /** The header that names a tenant, in lower case. */
  get headerName(): string {
    return this.#header
  }

  /**
   * From now on a request is on behalf of a tenant: that of its credentials, or the one it names and may name.
   * @throws SovdError `forbidden` for an unknown tenant, one that the caller is not of, or what is not for that tenant
   */
  admit(row: Route | undefined, headers: IncomingHttpHeaders, { caller, tenantId }: ProvenCaller): void {
    if (row && this.#isAsked(row)) this.#enter(row, headers, caller, this.#provenId(headers, caller, tenantId))
  }

  /**
   * Likewise for a request that nobody asked for credentials: its word counts, for its tenant as for its name.
   * @throws SovdError as `admit`; `invalid-request` for a name that cannot be one
   */
  admitUnproven(row: Route | undefined, headers: IncomingHttpHeaders): void {
    if (!row || !this.#isAsked(row)) return
    this.#enter(row, headers, callerOf(headers), this.#named(headers) ?? DEFAULT_TENANT)
  }

  /** Whether it matters who uses a row. */
  #isAsked(row: Route): boolean {
    return this.#options.features.isOn('multi_tenant') && this.#accessOf(row) !== 'anybody'
  }

  #enter(row: Route, headers: IncomingHttpHeaders, caller: Caller, id: string): void {
    const tenant = this.#tenant(id)
    judgeCaller(headers, { ...caller, tenant })
    if (isWithin(tenant.isolation, this.#accessOf(row))) return
    throw new SovdError(
      'forbidden',
      `${row.method} ${row.path} is not for tenant '${tenant.id}': it is of the whole vehicle`,
    )
  }

  #provenId(headers: IncomingHttpHeaders, caller: Caller, own: string | undefined): string {
    const named = this.#named(headers)
    if (own !== undefined) {
      if (named === undefined || named === own) return own
      throw this.#forbidden(`the credentials are of tenant '${own}', and of no other`)
    }
    if (named === undefined || named === DEFAULT_TENANT || caller.permits?.(CHOOSE)) return named ?? DEFAULT_TENANT
    throw this.#forbidden(`the credentials are of no tenant: choosing one needs the permission ${CHOOSE}`)
  }

  #tenant(id: string): Tenant {
    const tenant = this.#options.tenants.get(id)
    if (tenant) return tenant
    if (id !== DEFAULT_TENANT) throw this.#forbidden(`there is no tenant ${JSON.stringify(id.slice(0, 64))}`)
    const message = `this is on behalf of no tenant: neither the credentials nor ${this.#options.headerName} tell one`
    throw this.#forbidden(message)
  }

  #forbidden(message: string): SovdError {
    return new SovdError('forbidden', message, { target: this.#options.headerName })
  }

  /** What the request says; an empty header says nothing. */
  #named(headers: IncomingHttpHeaders): string | undefined {
    return headers[this.#header]?.toString().trim() || undefined
  }

  #accessOf(row: Route): RowAccess {
    const known = this.#access.get(row)
    if (known) return known
    const access = accessOf(row)
    this.#access.set(row, access)
    return access
  }
}

/** Sees to it that requests nobody asked for credentials come on behalf of somebody. To be called after who asks. */
export function gateRequests(app: FastifyInstance, gate: TenantGate): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw
    try {
      if (!isJudged(headers)) gate.admitUnproven(request.routeOptions.config.row, headers)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}
