import { SovdError } from '@opensovd/sovd'

/** Times in milliseconds since 1970; both ends belong to it, and one that is absent does not restrict. */
export interface TimeRange {
  readonly fromMs?: number
  readonly toMs?: number
}

/**
 * The time that the query parameters `from` and `to` are about.
 * @throws SovdError `invalid-request` when it would end before it begins
 */
export function timeRangeOf(from: string | undefined, to: string | undefined): TimeRange {
  if (from !== undefined && to !== undefined && Number(from) > Number(to)) {
    throw new SovdError('invalid-request', `'from', ${from}, is after 'to', ${to}`, { target: 'from' })
  }
  return { ...(from === undefined ? {} : { fromMs: Number(from) }), ...(to === undefined ? {} : { toMs: Number(to) }) }
}
