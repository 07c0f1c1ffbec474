/**
 * Reads integers from text with the results of the C++ library calls that vsomeip makes, so that a damaged value falls
 * back to the same number. What is lost on the way is said in `flaw`.
 */

export interface IntegerType {
  readonly name: string
  readonly min: bigint
  readonly max: bigint
}

/** `uint64` ends where a double stops being exact; larger numbers are an overflow here. */
export const INTEGER_TYPES = {
  uint8: { name: '8-bit unsigned', min: 0n, max: 0xffn },
  uint16: { name: '16-bit unsigned', min: 0n, max: 0xffffn },
  uint32: { name: '32-bit unsigned', min: 0n, max: 0xffff_ffffn },
  int32: { name: '32-bit signed', min: -0x8000_0000n, max: 0x7fff_ffffn },
  uint64: { name: '64-bit unsigned', min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) },
} as const satisfies Record<string, IntegerType>

/** How a number may be spelled. */
export const NOTATIONS = {
  decimal: /^([+-]?)(\d+)/,
  hex: /^([+-]?)(?:0[xX](?=[\da-fA-F]))?([\da-fA-F]+)/,
  octal: /^([+-]?)([0-7]+)/,
} as const
export type Notation = keyof typeof NOTATIONS | keyof typeof PREFIXES

/** Notations that are decimal unless the text starts with a prefix. */
const PREFIXES = { 'decimal or 0x': ['0x'], 'decimal, 0x or 0X': ['0x', '0X'] } as const

const RADIX = { decimal: '', hex: '0x', octal: '0o' } as const

/** What a library call makes of an empty text, of no number at all, and of one too large; `keep`: the default stays. */
export const READERS = {
  stream: { empty: 'keep', unreadable: 'zero', beyond: 'saturate' },
  stoul: { empty: 'keep', unreadable: 'keep', beyond: 'wrap' },
  stoi: { empty: 'keep', unreadable: 'keep', beyond: 'keep' },
  strtoull: { empty: 'zero', unreadable: 'zero', beyond: 'saturate' },
} as const
export type Reader = keyof typeof READERS
type Beyond = 'saturate' | 'wrap' | 'keep'

const UNSIGNED_LONG_MAX = 2n ** 64n - 1n

export interface IntegerReading {
  /** Absent where the default stays. */
  readonly value: number | undefined
  readonly flaw?: { readonly kind: 'unreadable-number' | 'number-overflow'; readonly message: string }
}

export interface IntegerFormat {
  readonly type: IntegerType
  readonly notation: Notation
  readonly reader: Reader
}

export function readInteger(text: string, { type, notation, reader }: IntegerFormat): IntegerReading {
  const rules = READERS[reader]
  const start = text.replace(/^[ \t\n\v\f\r]+/, '')
  if (start === '') return unreadable(rules.empty, 'is empty')
  const spelling = spellingOf(start, notation)
  const match = NOTATIONS[spelling].exec(start)
  if (match === null) return unreadable(rules.unreadable, `is not ${article(notation)} number`)
  const [whole, sign = '', digits = ''] = match
  const reading = fit(magnitudeOf(RADIX[spelling], digits), sign === '-', type, rules.beyond)
  const rest = start.slice(whole.length).trim()
  if (rest === '' || reading.flaw !== undefined) return reading
  const hint = rest.startsWith('x') && spelling === 'decimal' ? ' (hexadecimal is not understood here)' : ''
  return {
    ...reading,
    flaw: { kind: 'unreadable-number', message: `is only a number up to ${JSON.stringify(whole)}${hint}` },
  }
}

function spellingOf(text: string, notation: Notation): keyof typeof NOTATIONS {
  if (notation === 'decimal' || notation === 'hex' || notation === 'octal') return notation
  return PREFIXES[notation].some((prefix) => text.startsWith(prefix)) ? 'hex' : 'decimal'
}

function unreadable(fallback: 'keep' | 'zero', what: string): IntegerReading {
  return { value: fallback === 'zero' ? 0 : undefined, flaw: { kind: 'unreadable-number', message: what } }
}

function article(notation: Notation): string {
  return notation === 'octal' ? 'an octal' : notation === 'hex' ? 'a hexadecimal' : 'a'
}

/** `digits` with their prefix; cut where every type has long overflowed, because parsing them takes quadratic time. */
function magnitudeOf(prefix: string, digits: string): bigint {
  const significant = digits.replace(/^0+(?=.)/, '')
  return BigInt(prefix + significant.slice(0, 40))
}

function fit(magnitude: bigint, negative: boolean, type: IntegerType, beyond: Beyond): IntegerReading {
  const exact = negative ? -magnitude : magnitude
  if (exact >= type.min && exact <= type.max) return { value: Number(exact) }
  const flaw = { kind: 'number-overflow', message: `does not fit ${type.name} (${type.min} to ${type.max})` } as const
  if (beyond === 'keep' || (beyond === 'wrap' && magnitude > UNSIGNED_LONG_MAX)) return { value: undefined, flaw }
  const wraps = beyond === 'wrap' || (type.min === 0n && magnitude <= type.max)
  if (wraps) return { value: Number(modulo(exact, type.max + 1n)), flaw }
  return { value: Number(negative && type.min < 0n ? type.min : type.max), flaw }
}

function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by
}
