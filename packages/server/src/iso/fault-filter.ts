import type { Fault } from '@opensovd/core'
import { hasTag, valuesOf } from './tags.ts'
import { statusOf } from './views/faults.ts'

export interface FaultQuery {
  readonly severity?: string
  readonly scope?: string
  readonly tags?: string | readonly string[]
  /** `status[key]`, for any key. */
  readonly [parameter: string]: string | readonly string[] | undefined
}

const STATUS_PARAMETER = /^status\[(.+)\]$/

/** What a request wants of a list of faults; severities are below the one it names [17978-3 7.8]. */
export function faultFilter(query: FaultQuery): (fault: Fault) => boolean {
  const statuses = wantedStatuses(query)
  const severity = query.severity === undefined ? Number.POSITIVE_INFINITY : Number(query.severity)
  return (fault) =>
    fault.severity < severity &&
    (query.scope === undefined || fault.scope === query.scope) &&
    hasTag(query.tags, fault.classificationTags) &&
    (statuses.size === 0 || Object.entries(statusOf(fault)).some((status) => statuses.has(statusKey(status))))
}

/** Any of several statuses will do. */
function wantedStatuses(query: FaultQuery): ReadonlySet<string> {
  const wanted = new Set<string>()
  for (const [parameter, values = []] of Object.entries(query)) {
    const name = STATUS_PARAMETER.exec(parameter)?.[1]
    if (name === undefined) continue
    for (const value of valuesOf(values)) wanted.add(statusKey([name, value]))
  }
  return wanted
}

const BITS: Readonly<Record<string, string>> = { true: '1', false: '0' }

/** One text for all spellings: `confirmedDTC`, `confirmedDtc` and `confirmed_dtc` are one name, `1` and `true` one value. */
function statusKey([name, value]: readonly [string, string]): string {
  return `${name.replaceAll('_', '').toLowerCase()} ${BITS[value] ?? value}`
}
