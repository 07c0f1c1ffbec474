import { isIPv6 } from 'node:net'
import { clientOf, type FeatureFlags } from '@opensovd/core'
import { type Route, SovdError } from '@opensovd/sovd'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { callerOf, isJudged } from '../caller.ts'
import type { RateLimit, RateLimiter } from './rate-limiter.ts'

/** What watches over the gateway is never refused. */
const EXEMPT: ReadonlySet<string> = new Set(['/health', '/healthz', '/readyz', '/metrics'])

/**
 * Refuses the requests of callers that send too many, while the feature is on. To be called after what finds out who
 * they are: callers are told apart by their names where these are proven, or else by their addresses.
 */
export function limitRequests(
  app: FastifyInstance,
  limiter: RateLimiter,
  { maxRequests, windowMs }: RateLimit,
  features: FeatureFlags,
): void {
  const policy = `"default";q=${maxRequests};w=${Math.ceil(windowMs / 1000)}`
  features.provide('rate_limit')
  features.onChange(({ feature }) => {
    if (feature === 'rate_limit') limiter.clear()
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (!features.isOn('rate_limit') || isExempt(request.routeOptions.config.row)) return done()
    const { isAdmitted, remaining, waitMs } = limiter.admit(keyOf(request))
    const waitSeconds = Math.max(1, Math.ceil(waitMs / 1000))
    reply.header('ratelimit-policy', policy).header('ratelimit', `"default";r=${remaining};t=${waitSeconds}`)
    if (isAdmitted) return done()
    done(new SovdError('too-many-requests', 'Rate limit exceeded', { retryAfterSeconds: waitSeconds }))
  })
}

function isExempt(row: Route | undefined): boolean {
  return row !== undefined && EXEMPT.has(row.path)
}

function keyOf({ raw }: FastifyRequest): string {
  const caller = isJudged(raw.headers) ? callerOf(raw.headers) : {}
  // Who has permissions has proven who it is.
  const subject = caller.permits && clientOf(caller)
  return subject === undefined ? `address ${networkOf(raw.socket.remoteAddress ?? '')}` : `subject ${subject}`
}

/** The address; of IPv6 the first 64 bits, which are what a client cannot choose. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array.from({ length: zeros }, () => '0'), ...right].slice(0, 4).join(':')
}
