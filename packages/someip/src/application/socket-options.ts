import type { Configuration } from '../config/configuration.ts'

/** The interface that sockets are bound to, where one is configured. */
export function deviceOf({ network: { device } }: Configuration): { readonly device?: string } {
  return device === '' ? {} : { device }
}

/** How much may wait to be sent, where that is limited. */
export function queueOptions(limitBytes: number): { readonly maxQueuedBytes?: number } {
  return Number.isFinite(limitBytes) ? { maxQueuedBytes: limitBytes } : {}
}

/** How TCP connections to other hosts find out that a peer is gone. */
export function tcpOptions({ sockets: { externalTcp } }: Configuration) {
  const { userTimeoutMs, keepIdleSeconds, keepIntervalSeconds, keepCount } = externalTcp
  return { userTimeoutMs, keepIdleSeconds, keepIntervalSeconds, keepCount }
}
