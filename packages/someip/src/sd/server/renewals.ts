import type { SdEntry, SubscribeEntry } from '../wire/entry.ts'

/**
 * Finds the pairs of StopSubscribe and Subscribe in a message. A pair renews a subscription: it asks for the initial
 * events again and closes nothing [feat_req_someipsd_833], [feat_req_someipsd_1170].
 */
export function findRenewals(entries: readonly SdEntry[]): ReadonlyMap<SdEntry, 'skip' | 'renew'> {
  const roles = new Map<SdEntry, 'skip' | 'renew'>()
  if (!entries.some((entry) => entry.type === 'subscribe' && entry.ttlSeconds === 0)) return roles
  const stops = new Map<string, SubscribeEntry>()
  for (const entry of entries) {
    if (entry.type !== 'subscribe') continue
    const key = subscriptionKey(entry)
    const stop = stops.get(key)
    if (entry.ttlSeconds === 0) stops.set(key, entry)
    else if (stop !== undefined) {
      roles.set(stop, 'skip')
      roles.set(entry, 'renew')
      stops.delete(key)
    }
  }
  return roles
}

/** The counter tells parallel subscriptions of a message apart. */
function subscriptionKey(entry: SubscribeEntry): string {
  const { serviceId, instanceId, majorVersion, eventgroupId, counter } = entry
  const options = entry.options.flatMap((option) => {
    if (option.kind === 'endpoint') return [`${option.address} ${option.protocol} ${option.port}`]
    return option.kind === 'selective' ? [option.clientIds.join()] : []
  })
  return [serviceId, instanceId, majorVersion, eventgroupId, counter, ...options.sort()].join(' ')
}
