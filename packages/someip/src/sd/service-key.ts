/** Identifies a service instance in maps, as `serviceInstanceKey` of the configuration does. */
export function serviceKey(serviceId: number, instanceId: number): number {
  return serviceId * 0x1_0000 + instanceId
}

/** A service instance in a message for people. */
export function formatService(serviceId: number, instanceId: number): string {
  return `${hex4(serviceId)}.${hex4(instanceId)}`
}

/** An eventgroup in a message for people. */
export function formatEventgroup(serviceId: number, instanceId: number, eventgroupId: number): string {
  return `${hex4(serviceId)}.${hex4(instanceId)}.${hex4(eventgroupId)}`
}

function hex4(id: number): string {
  return id.toString(16).padStart(4, '0')
}
