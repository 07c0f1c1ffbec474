import type { ODataQuery } from './query.ts'

/** What a query leaves of a list. */
export interface ODataPage {
  readonly items: readonly unknown[]
  /** Items that passed `$filter`, before `$skip` and `$top`. */
  readonly count: number
  /** The `$skip` of the next page, when `$top` left something out. */
  readonly nextSkip?: number
}

/** Applies `$filter`, `$orderby`, `$skip`, `$top` and `$select`, in this order. Without options, the list is not copied. */
export function applyODataQuery(query: ODataQuery, items: readonly unknown[]): ODataPage {
  const { filter, order, select, skip, top = Number.POSITIVE_INFINITY } = query
  const passed = filter ? items.filter(filter) : items
  const sorted = order ? passed.toSorted(order) : passed
  const end = skip + top
  const cut = skip > 0 || end < sorted.length ? sorted.slice(skip, end) : sorted
  const count = passed.length
  return {
    items: select ? cut.map(select) : cut,
    count,
    ...(top > 0 && end < count ? { nextSkip: end } : {}),
  }
}
