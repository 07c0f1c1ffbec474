import { type ByteReader, type ByteWriter, DecodeError } from '@opensovd/base/bytes'

/** How one part of a message is read and written. */
export interface Field<T> {
  read(from: ByteReader): T
  write(to: ByteWriter, value: T): void
}

/** A field that may be missing at the end of a message. */
export interface OptionalField<T> extends Field<T | undefined> {
  readonly optional: true
}

export type Shape = Readonly<Record<string, Field<unknown>>>
type OptionalNames<S> = { [K in keyof S]: S[K] extends OptionalField<unknown> ? K : never }[keyof S]
type Flat<T> = { [K in keyof T]: T[K] }
/** The object that a shape reads and writes. */
export type Decoded<S> = Flat<
  { readonly [K in Exclude<keyof S, OptionalNames<S>>]: S[K] extends Field<infer T> ? T : never } & {
    readonly [K in OptionalNames<S>]?: S[K] extends OptionalField<infer T> ? T : never
  }
>

export const u8: Field<number> = { read: (from) => from.u8(), write: (to, value) => void to.u8(value) }
export const u16: Field<number> = { read: (from) => from.u16(), write: (to, value) => void to.u16(value) }
export const u24: Field<number> = { read: (from) => from.u24(), write: (to, value) => void to.u24(value) }
export const u32: Field<number> = { read: (from) => from.u32(), write: (to, value) => void to.u32(value) }
/** Everything up to the end of the message, as a view of it. */
export const rest: Field<Uint8Array> = { read: (from) => from.bytes(), write: (to, value) => void to.bytes(value) }

/** Exactly `length` bytes, as a view of the message. */
export function bytes(length: number): Field<Uint8Array> {
  return {
    read: (from) => from.bytes(length),
    write: (to, value) => {
      if (value.length !== length) throw new RangeError(`${value.length} byte(s) given, the field has ${length}`)
      to.bytes(value)
    },
  }
}

/** Bytes behind a 16-bit count of them. */
export const counted: Field<Uint8Array> = {
  read: (from) => from.bytes(from.u16()),
  write: (to, value) => void to.u16(value.length).bytes(value),
}

export function optional<T>(field: Field<T>): OptionalField<T> {
  return {
    optional: true,
    read: (from) => (from.remaining > 0 ? field.read(from) : undefined),
    write: (to, value) => {
      if (value !== undefined) field.write(to, value)
    },
  }
}

/** As many items as fill the message, at least `min`; it must end with a whole one. */
export function list<T>(item: Field<T>, min = 0): Field<readonly T[]> {
  return {
    read: (from) => {
      const items: T[] = []
      while (from.remaining > 0 || items.length < min) items.push(item.read(from))
      return items
    },
    write: (to, values) => {
      if (values.length < min) throw new RangeError(`${values.length} item(s) given, at least ${min} needed`)
      for (const value of values) item.write(to, value)
    },
  }
}

/** Fields one after the other: the order of declaration is the order on the wire. */
export function struct<const S extends Shape>(shape: S): Field<Decoded<S>> {
  const fields = Object.entries(shape)
  return {
    read: (from) => {
      const value: Record<string, unknown> = {}
      for (const [name, field] of fields) {
        const part = field.read(from)
        if (part !== undefined) value[name] = part
      }
      return value as Decoded<S>
    },
    write: (to, value) => {
      const parts = value as Record<string, unknown>
      for (const [name, field] of fields) field.write(to, parts[name])
    },
  }
}

type Rows = Readonly<Record<number, Shape>>
/** One object type for each row, told apart by the row's number under `Name`. */
export type Chosen<Name extends string, R> = {
  [Id in keyof R]: { readonly [K in Name]: Id } & Decoded<R[Id]>
}[keyof R]

/** A byte that decides which fields follow; `label` begins the message of the error for a byte that has no row. */
export function choice<Name extends string, const R extends Rows>(
  name: Name,
  rows: R,
  label: string,
): Field<Chosen<Name, R>> {
  const bodies = new Map(Object.entries(rows).map(([id, shape]) => [Number(id), struct(shape)]))
  return {
    read: (from) => {
      const id = from.u8()
      const body = bodies.get(id)
      if (!body) throw new DecodeError(label, `unknown ${name} 0x${id.toString(16).padStart(2, '0')}`)
      return { [name]: id, ...body.read(from) } as Chosen<Name, R>
    },
    write: (to, value) => {
      const id = (value as Record<Name, number>)[name]
      const body = bodies.get(id)
      if (!body) throw new RangeError(`${label}: unknown ${name} ${id}`)
      to.u8(id)
      body.write(to, value as Decoded<Shape>)
    },
  }
}
