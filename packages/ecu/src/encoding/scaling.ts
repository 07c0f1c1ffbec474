import { type Json, parseJson } from '@opensovd/base'
import { EncodingError, shown } from './codec.ts'

export interface Scaling {
  readonly factor: number
  readonly offset: number
  readonly minimum?: number
  readonly maximum?: number
}

/** More digits than this are noise of binary fractions. */
const MAX_DECIMALS = 12

/** Integers without scaling stay exact, also beyond 2^53: those are kept as their text. */
export function physicalOf(raw: bigint, scaling: Scaling): Json {
  if (scaling.factor !== 1 || scaling.offset !== 0) return scaled(Number(raw), scaling)
  const number = Number(raw)
  return Number.isSafeInteger(number) ? number : parseJson(String(raw))
}

/** The raw value whose physical value is nearest. */
export function rawOf(value: unknown, scaling: Scaling, path: string): bigint {
  checkLimits(value, scaling, path)
  if (scaling.factor === 1 && scaling.offset === 0) {
    const exact = exactInteger(value)
    if (exact !== undefined) return exact
  }
  return BigInt(Math.round(unscaled(value, scaling, path)))
}

/** raw × factor + offset, without the noise that 3 × 0.1 has. */
export function scaled(raw: number, { factor, offset }: Scaling): number {
  const value = raw * factor + offset
  const decimals = Math.max(decimalsOf(factor), decimalsOf(offset))
  return Number.isInteger(raw) && decimals <= MAX_DECIMALS ? Number(value.toFixed(decimals)) : value
}

/** @throws EncodingError for what is no number */
export function unscaled(value: unknown, { factor, offset }: Scaling, path: string): number {
  return (numberOf(value, path) - offset) / factor
}

/** @throws EncodingError for what is no number, or is not allowed */
export function checkLimits(value: unknown, { minimum, maximum }: Scaling, path: string): void {
  const number = numberOf(value, path)
  if (minimum !== undefined && number < minimum) {
    throw new EncodingError(path, `must be at least ${minimum}, got ${number}`)
  }
  if (maximum !== undefined && number > maximum) {
    throw new EncodingError(path, `must be at most ${maximum}, got ${number}`)
  }
}

function numberOf(value: unknown, path: string): number {
  const number = typeof value === 'number' ? value : Number(exactInteger(value) ?? Number.NaN)
  if (!Number.isFinite(number)) throw new EncodingError(path, `expected a number, got ${shown(value)}`)
  return number
}

function exactInteger(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  if (!JSON.isRawJSON(value)) return undefined
  const text = JSON.stringify(value)
  return /^-?\d+$/.test(text) ? BigInt(text) : undefined
}

function decimalsOf(number: number): number {
  const [mantissa = '', exponent = '0'] = String(number).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}
