interface Range {
  readonly first: number
  readonly last: number
}

/** Service instances with ids between two others, both included. */
export interface ServiceRange {
  readonly services: Range
  readonly instances: Range
}

export function isInRanges(ranges: readonly ServiceRange[], serviceId: number, instanceId: number): boolean {
  return ranges.some(({ services, instances }) => isIn(services, serviceId) && isIn(instances, instanceId))
}

function isIn({ first, last }: Range, id: number): boolean {
  return first <= id && id <= last
}
