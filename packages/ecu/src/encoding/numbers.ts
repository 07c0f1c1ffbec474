import type { Json } from '@opensovd/base'
import type { EnumEncoding, FloatEncoding, IntEncoding, UintEncoding } from '../description/schema/encoding.ts'
import { type Codec, EncodingError, shown } from './codec.ts'
import { readRaw, writeRaw } from './raw-integer.ts'
import { checkLimits, physicalOf, rawOf, scaled, unscaled } from './scaling.ts'

const sizeOfBits = ({ bits }: { readonly bits: number }) => bits / 8

export const uint: Codec<UintEncoding> = {
  read: (from, encoding) => physicalOf(readRaw(from, encoding), encoding),
  write: (to, encoding, value, _inner, path) => writeRaw(to, rawOf(value, encoding, path), encoding, path),
  size: sizeOfBits,
}

export const int: Codec<IntEncoding> = {
  read: (from, encoding) => physicalOf(BigInt.asIntN(encoding.bits, readRaw(from, encoding)), encoding),
  write: (to, encoding, value, _inner, path) => writeRaw(to, rawOf(value, encoding, path), encoding, path, true),
  size: sizeOfBits,
}

/** NaN and the infinities, which JSON has no numbers for, are their names. */
const SPECIAL: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

export const float: Codec<FloatEncoding> = {
  read: (from, encoding) => {
    const raw = readFloat(readRaw(from, encoding), encoding.bits)
    return Number.isFinite(raw) ? scaled(raw, encoding) : String(raw)
  },
  write: (to, encoding, value, _inner, path) => {
    const special = SPECIAL.get(value)
    if (special === undefined) checkLimits(value, encoding, path)
    const raw = special ?? unscaled(value, encoding, path)
    const stored = encoding.bits === 32 ? Math.fround(raw) : raw
    if (!Number.isFinite(stored) && special === undefined) {
      throw new EncodingError(path, `${shown(value)} is too great for ${encoding.bits} bits`)
    }
    writeRaw(to, floatBits(stored, encoding.bits), encoding, path)
  },
  size: sizeOfBits,
}

export const enumeration: Codec<EnumEncoding> = {
  read: (from, encoding) => {
    const raw = readRaw(from, encoding)
    return nameOf(Number(isSigned(encoding) ? BigInt.asIntN(encoding.bits, raw) : raw), encoding.values)
  },
  write: (to, encoding, value, _inner, path) => {
    writeRaw(to, BigInt(numberOfName(value, encoding.values, path)), encoding, path, isSigned(encoding))
  },
  size: sizeOfBits,
}

/** The name of a number; one that has none stays a number. */
export function nameOf(raw: number, values: Readonly<Record<string, string>>): Json {
  return values[String(raw)] ?? raw
}

/**
 * The number of a name. A number that has a name stands for itself.
 * @throws EncodingError for every other value
 */
export function numberOfName(value: unknown, values: Readonly<Record<string, string>>, path: string): number {
  const found = Object.entries(values).find(([raw, name]) => name === value || Number(raw) === value)
  if (found) return Number(found[0])
  const names = Object.values(values).map((name) => JSON.stringify(name))
  throw new EncodingError(path, `expected one of ${names.join(', ')}, got ${shown(value)}`)
}

/** Numbers are negative only where the description has negative ones. */
function isSigned({ values }: EnumEncoding): boolean {
  return Object.keys(values).some((key) => key.startsWith('-'))
}

function readFloat(raw: bigint, bits: number): number {
  const view = new DataView(new ArrayBuffer(8))
  if (bits === 64) {
    view.setBigUint64(0, raw)
    return view.getFloat64(0)
  }
  view.setUint32(0, Number(raw))
  return view.getFloat32(0)
}

function floatBits(value: number, bits: number): bigint {
  const view = new DataView(new ArrayBuffer(8))
  if (bits === 64) {
    view.setFloat64(0, value)
    return view.getBigUint64(0)
  }
  view.setFloat32(0, value)
  return BigInt(view.getUint32(0))
}
