import type { Json } from '@opensovd/base'
import { DecodeError } from '@opensovd/base/bytes'
import type { ArrayEncoding, StructEncoding } from '../description/schema/encoding.ts'
import { inside, membersOf } from './bits.ts'
import { type Codec, EncodingError, shown } from './codec.ts'

export const array: Codec<ArrayEncoding> = {
  read: (from, { items, length }, inner) => {
    const values: Json[] = []
    while (length === undefined ? from.remaining > 0 : values.length < length) {
      const before = from.remaining
      values.push(inner.read(from, items))
      if (from.remaining === before) throw new DecodeError('array', 'its items take no bytes')
    }
    return values
  },
  write: (to, { items, length }, value, inner, path) => {
    if (!Array.isArray(value)) throw new EncodingError(path, `expected a list, got ${shown(value)}`)
    if (length !== undefined && value.length !== length) {
      throw new EncodingError(path, `expected ${length} item(s), got ${value.length}`)
    }
    for (const [index, item] of value.entries()) inner.write(to, items, item, `${path}[${index}]`)
  },
  size: ({ items, length }, inner) => {
    const size = inner.size(items)
    return size === undefined || length === undefined ? undefined : size * length
  },
}

export const struct: Codec<StructEncoding> = {
  read: (from, { members }, inner) =>
    Object.fromEntries(members.map((member) => [member.name, inner.read(from, member)])),
  write: (to, { members }, value, inner, path) => {
    const names = members.map(({ name }) => name)
    const parts = membersOf(value, names, path)
    for (const member of members) inner.write(to, member, parts.get(member.name), inside(path, member.name))
  },
  size: ({ members }, inner) => {
    let total = 0
    for (const member of members) {
      const size = inner.size(member)
      if (size === undefined) return undefined
      total += size
    }
    return total
  },
}
