/** Whether two values are equal. Values of different types never are; lists and objects only when they are the same. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  return isNumber(a) && isNumber(b) && compareNumbers(a, b) === 0
}

/** Below, at or above zero as `a` is below, at or above `b`; NaN when they are not of one type that has an order. */
export function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b)
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  return Number.NaN
}

/** An order of all values: null, booleans, numbers, strings, then lists and objects, which are left as they are. */
export function compareAny(a: unknown, b: unknown): number {
  const rank = rankOf(a)
  return rank - rankOf(b) || (rank === UNORDERED ? 0 : compare(a, b) || 0)
}

const UNORDERED = 4

function rankOf(value: unknown): number {
  if (value === null || value === undefined) return 0
  if (typeof value === 'boolean') return 1
  if (isNumber(value)) return 2
  return typeof value === 'string' ? 3 : UNORDERED
}

/** A number kept as its text, because a double cannot hold it exactly. */
export type RawNumber = ReturnType<typeof JSON.rawJSON>

function isNumber(value: unknown): value is number | RawNumber {
  return typeof value === 'number' || JSON.isRawJSON(value)
}

function compareNumbers(a: number | RawNumber, b: number | RawNumber): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : Number(a > b)
  const left = decimalOf(a)
  const right = decimalOf(b)
  if (left.sign !== right.sign || left.sign === 0) return left.sign - right.sign
  return left.sign * (left.magnitude - right.magnitude || compareDigits(left.digits, right.digits))
}

interface Decimal {
  readonly sign: -1 | 0 | 1
  /** Where the first digit other than 0 stands: 0.01 is -1, 0.1 is 0, 1 is 1, 10 is 2. */
  readonly magnitude: number
  /** From that digit on. */
  readonly digits: string
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i

function decimalOf(number: number | RawNumber): Decimal {
  const match = DECIMAL.exec(typeof number === 'number' ? String(number) : number.rawJSON)
  const [, minus = '', whole = '', fraction = '', exponent = '0'] = match ?? []
  const all = whole + fraction
  const first = all.search(/[1-9]/)
  if (first < 0) return { sign: 0, magnitude: 0, digits: '' }
  return {
    sign: minus === '' ? 1 : -1,
    magnitude: whole.length - first + Number(exponent),
    digits: all.slice(first),
  }
}

function compareDigits(a: string, b: string): number {
  const common = Math.min(a.length, b.length)
  const left = a.slice(0, common)
  const right = b.slice(0, common)
  if (left !== right) return left < right ? -1 : 1
  return Number(/[1-9]/.test(a.slice(common))) - Number(/[1-9]/.test(b.slice(common)))
}
