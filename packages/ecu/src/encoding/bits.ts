import { isJsonObject, type Json } from '@opensovd/base'
import type { BitFieldDescription, BitsEncoding } from '../description/schema/encoding.ts'
import { type Codec, EncodingError, shown } from './codec.ts'
import { nameOf, numberOfName } from './numbers.ts'
import { checkFits, readRaw, writeRaw } from './raw-integer.ts'
import { physicalOf, rawOf } from './scaling.ts'

/** Bits that no field names are written as zeros. */
export const bits: Codec<BitsEncoding> = {
  read: (from, encoding) => {
    const raw = readRaw(from, encoding)
    return Object.fromEntries(encoding.fields.map((field) => [field.name, readField(raw, field)]))
  },
  write: (to, encoding, value, _inner, path) => {
    const parts = membersOf(
      value,
      encoding.fields.map(({ name }) => name),
      path,
    )
    let raw = 0n
    for (const field of encoding.fields) {
      raw |= rawField(parts.get(field.name), field, inside(path, field.name)) << BigInt(field.bit)
    }
    writeRaw(to, raw, encoding, path)
  },
  size: (encoding) => encoding.bits / 8,
}

function readField(whole: bigint, field: BitFieldDescription): Json {
  const raw = BigInt.asUintN(field.width, whole >> BigInt(field.bit))
  if (field.values) return nameOf(Number(raw), field.values)
  return isFlag(field) ? raw === 1n : physicalOf(raw, field)
}

function rawField(value: unknown, field: BitFieldDescription, path: string): bigint {
  const raw = rawOfField(value, field, path)
  checkFits(raw, field.width, path)
  return raw
}

function rawOfField(value: unknown, field: BitFieldDescription, path: string): bigint {
  if (field.values) return BigInt(numberOfName(value, field.values, path))
  if (!isFlag(field)) return rawOf(value, field, path)
  if (typeof value !== 'boolean') throw new EncodingError(path, `expected true or false, got ${shown(value)}`)
  return value ? 1n : 0n
}

function isFlag({ width, factor, offset }: BitFieldDescription): boolean {
  return width === 1 && factor === 1 && offset === 0
}

/**
 * The members of an object that must have these and no others.
 * @throws EncodingError
 */
export function membersOf(value: unknown, names: readonly string[], path: string): ReadonlyMap<string, unknown> {
  if (!isJsonObject(value)) throw new EncodingError(path, `expected an object, got ${shown(value)}`)
  const members = new Map<string, unknown>(Object.entries(value))
  for (const name of members.keys()) {
    if (!names.includes(name)) throw new EncodingError(inside(path, name), `unknown; there are ${names.join(', ')}`)
  }
  for (const name of names) {
    if (members.get(name) === undefined) throw new EncodingError(inside(path, name), 'is missing')
  }
  return members
}

export function inside(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
