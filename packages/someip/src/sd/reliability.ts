/** Which transports carry the events of an eventgroup; `unknown`: that depends on who subscribes, and to what. */
export type EventgroupReliability = 'reliable' | 'unreliable' | 'both' | 'unknown'

/** Whether events of the eventgroup come by TCP in any case. */
export function needsReliable(reliability: EventgroupReliability): boolean {
  return reliability === 'reliable' || reliability === 'both'
}

/** Whether events of the eventgroup come by UDP in any case. */
export function needsUnreliable(reliability: EventgroupReliability): boolean {
  return reliability === 'unreliable' || reliability === 'both'
}
