import type { EventDefinition } from './event-definition.ts'

/** Where events of an eventgroup go; each endpoint occurs once. */
export interface Targets<E> {
  /** Ends of TCP connections. */
  readonly reliable: readonly E[]
  /** UDP endpoints; none where `multicast` is used. */
  readonly unreliable: readonly E[]
  readonly multicast: E | undefined
}

/** Calls `send` for each endpoint that an event of this reliability goes to, once even if several groups have it. */
export function forEachTarget<E extends { readonly address: string; readonly port: number }>(
  reliability: EventDefinition['reliability'],
  groups: readonly Targets<E>[],
  send: (transport: 'reliable' | 'unreliable', to: E) => void,
): void {
  const seen = groups.length > 1 ? new Set<string>() : undefined
  const sendOnce = (transport: 'reliable' | 'unreliable', to: E) => {
    if (seen !== undefined) {
      const key = `${transport} ${to.address} ${to.port}`
      if (seen.has(key)) return
      seen.add(key)
    }
    send(transport, to)
  }
  for (const { reliable, unreliable, multicast } of groups) {
    if (reliability !== 'unreliable') for (const to of reliable) sendOnce('reliable', to)
    if (reliability === 'reliable') continue
    for (const to of unreliable) sendOnce('unreliable', to)
    if (multicast !== undefined) sendOnce('unreliable', multicast)
  }
}
