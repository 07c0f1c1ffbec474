import { SovdError } from '../error.ts'
import { Cursor, quoted } from './cursor.ts'
import { parseFilter } from './filter.ts'
import { type Order, parseOrder } from './order.ts'
import { compilePredicate } from './predicate.ts'
import { parseSelection, type Selection } from './selection.ts'

export const ODATA_OPTIONS = ['$filter', '$orderby', '$select', '$top', '$skip', '$count'] as const
export type ODataOption = (typeof ODATA_OPTIONS)[number]

/** Decoded names and values of a query string, as `URLSearchParams` has them. */
export type QueryParameters = Iterable<readonly [name: string, value: string]>

/** The system query options of one request, ready to apply to any number of items. */
export interface ODataQuery {
  readonly filter?: (item: unknown) => boolean
  readonly order?: Order
  readonly select?: Selection
  readonly skip: number
  readonly top?: number
  /** Whether the answer tells the number of items. */
  readonly count: boolean
}

const NO_OPTIONS: ODataQuery = { skip: 0, count: true }

/**
 * Parses the `$` options among the parameters, in upper or lower case; the others are not its business.
 * @throws SovdError `invalid-request` for an option that is unknown, given twice or malformed
 */
export function parseODataQuery(parameters: QueryParameters): ODataQuery {
  const given = new Map<ODataOption, string>()
  for (const [name, value] of parameters) {
    if (!name.startsWith('$')) continue
    const option = ODATA_OPTIONS.find((known) => known === name.toLowerCase())
    if (!option) throw refusal(name, `unknown query option ${quoted(name)}; supported are ${ODATA_OPTIONS.join(', ')}`)
    if (given.has(option)) throw refusal(option, `${option}: given more than once`)
    given.set(option, value)
  }
  return given.size === 0 ? NO_OPTIONS : queryOf(given)
}

function queryOf(given: ReadonlyMap<ODataOption, string>): ODataQuery {
  const filter = given.get('$filter')
  const order = given.get('$orderby')
  const select = given.get('$select')
  const top = given.get('$top')
  return {
    ...(filter === undefined ? {} : { filter: compilePredicate(parseFilter(filter)) }),
    ...(order === undefined ? {} : { order: parseOrder(order) }),
    ...(select === undefined ? {} : { select: parseSelection(select) }),
    ...(top === undefined ? {} : { top: parseWhole('$top', top) }),
    skip: parseWhole('$skip', given.get('$skip') ?? '0'),
    count: parseBoolean('$count', given.get('$count') ?? 'true'),
  }
}

function parseWhole(option: ODataOption, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new Cursor(option, text).unexpected(`a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`)
}

function parseBoolean(option: ODataOption, text: string): boolean {
  if (/^true$/i.test(text)) return true
  if (/^false$/i.test(text)) return false
  throw new Cursor(option, text).unexpected("'true' or 'false'")
}

function refusal(name: string, problem: string): SovdError {
  return new SovdError('invalid-request', problem, { target: name.slice(0, 64) })
}
