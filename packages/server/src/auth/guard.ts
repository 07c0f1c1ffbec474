import type { IncomingHttpHeaders } from 'node:http'
import type { Logger } from '@opensovd/base'
import { type FeatureFlags, type LockTarget, type Roles, VEHICLE } from '@opensovd/core'
import { type Route, SovdError, TOKEN_PERMISSION } from '@opensovd/sovd'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isJudged, judgeCaller } from '../caller.ts'
import type { Contract } from '../contract.ts'
import type { TenantGate } from '../tenants/tenant-gate.ts'
import type { Authenticator } from './authenticator.ts'
import { AuthenticationError, type Identity } from './identity.ts'

export interface GuardOptions {
  readonly authenticator: Authenticator
  readonly roles: Roles
  readonly features: FeatureFlags
  /** Paths that anybody may read, compared with paths as they are sent. */
  readonly publicPaths: readonly string[]
  readonly log: Logger
  /** Decides on whose behalf a request comes; absent: nobody asks. */
  readonly tenants?: TenantGate
}

/** Where a request goes to; nothing is known of it where there is no such route. */
export interface GuardedPlace {
  readonly contract?: Contract | undefined
  readonly row?: Route | undefined
}

/** Bodies of refused requests that are longer are not read to their end. */
const MAX_UNREAD_BYTES = 64 * 1024

const NOBODY = { permits: () => false }

/** Lets requests in before anything else is done with them, or refuses them: no byte of their bodies is read. */
export class Guard {
  readonly #options: GuardOptions
  readonly #publicPaths: ReadonlySet<string>

  constructor(options: GuardOptions) {
    const { features, log, publicPaths } = options
    this.#options = options
    this.#publicPaths = new Set(publicPaths)
    features.provide('auth')
    features.onChange(({ feature, enabled, caller }) => {
      if (feature !== 'auth') return
      const by = caller.subject ?? 'anonymous'
      if (enabled) log.warn('authentication is on again', { by })
      else log.error('AUTHENTICATION WAS SWITCHED OFF: whoever reaches this gateway can read and change all', { by })
    })
  }

  get isOn(): boolean {
    return this.#options.features.isOn('auth')
  }

  /**
   * Decides who a request is from, and whether it may go where it goes to.
   * @throws AuthenticationError; SovdError `forbidden`, or `unavailable` when credentials cannot be judged now
   */
  async admit(place: GuardedPlace, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!this.isOn) return
    judgeCaller(request.headers, NOBODY)
    if (this.#isOpen(place, request)) return
    try {
      const identity = await this.#options.authenticator.identify(request.raw)
      this.#authorize(identity, place, request)
    } catch (error) {
      challenge(error, reply)
      if (hasLongBody(request.headers)) reply.header('connection', 'close')
      this.#options.log.debug('a request was refused', { url: request.url, from: request.ip, error: String(error) })
      throw error
    }
  }

  /** A request that was never judged is a fault of ours, and goes nowhere. */
  requireJudged(headers: IncomingHttpHeaders): void {
    if (this.isOn && !isJudged(headers)) throw new TypeError('a request was not judged')
  }

  #isOpen({ row }: GuardedPlace, { method, url }: FastifyRequest): boolean {
    if (row?.permission === TOKEN_PERMISSION) return true
    const path = url.split('?', 1)[0] ?? ''
    return (method === 'GET' || method === 'HEAD') && this.#publicPaths.has(path)
  }

  #authorize(identity: Identity, { contract, row }: GuardedPlace, request: FastifyRequest): void {
    const target = once(() => contract?.targetOf(Object(request.params)) ?? VEHICLE)
    const permits = this.#options.roles.permits(identity, target)
    const caller = { subject: identity.subject, permits }
    judgeCaller(request.headers, caller)
    if (row && !permits(row.permission)) throw new PermissionError(row.permission)
    this.#options.tenants?.admit(row, request.headers, { caller, tenantId: identity.tenantId })
  }
}

class PermissionError extends SovdError {
  readonly permission: string

  constructor(permission: string) {
    super('forbidden', `this needs the permission ${permission}`)
    this.permission = permission
  }
}

/** [RFC 6750 3] What a client would need is in a header. */
function challenge(error: unknown, reply: FastifyReply): void {
  if (error instanceof AuthenticationError) {
    const { oauthError, message } = error
    const reason = oauthError === undefined ? '' : `, error="${oauthError}", error_description="${quoted(message)}"`
    reply.header('www-authenticate', `Bearer realm="sovd"${reason}`)
  } else if (error instanceof PermissionError) {
    reply.header('www-authenticate', `Bearer realm="sovd", error="insufficient_scope", scope="${error.permission}"`)
  }
}

/** [RFC 6750 3] Neither quotes nor backslashes can stand in a description. */
function quoted(text: string): string {
  return text.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?')
}

function hasLongBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > MAX_UNREAD_BYTES
}

function once(make: () => LockTarget): () => LockTarget {
  let made: LockTarget | undefined
  return () => {
    made ??= make()
    return made
  }
}
