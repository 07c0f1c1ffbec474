import type { FieldBits } from './byte-order.ts'
import type { PayloadReader } from './payload-reader.ts'
import type { PayloadWriter } from './payload-writer.ts'
import { type DelimitedSchema, type Infer, SchemaError } from './schema.ts'
import { checkMemberNames, checkObject, type Members } from './struct.ts'

export type UnionOf<M extends Members> = {
  [K in keyof M & string]: { readonly type: K; readonly value: Infer<M[K]> }
}[keyof M & string]

export interface UnionOptions {
  /** Size of the length field in bits. Default: 32. 0 requires that all alternatives have the same length. */
  readonly lengthField?: FieldBits | 0
  /** Size of the type field in bits. Default: 32. */
  readonly typeField?: FieldBits
  /** Every alternative is filled up with zeros to this many bytes. Default: not filled up. */
  readonly paddedTo?: number
}

const NULL_TYPE = 0

/** A union: one of the alternatives, which are numbered from 1 in the order of their declaration [PRS_SOMEIP_00119]. */
export function union<const M extends Members>(
  alternatives: M,
  options: UnionOptions = {},
): DelimitedSchema<UnionOf<M>> {
  const schema = nullableUnion(alternatives, options)
  const refuseNull = (from: PayloadReader, value: UnionOf<M> | null) => value ?? from.fail('the union is empty')
  return {
    ...schema,
    read: (from) => refuseNull(from, schema.read(from)),
    readBody: (from) => refuseNull(from, schema.readBody(from)),
    write: (to, value) => {
      checkObject(to, value)
      schema.write(to, value)
    },
    writeBody: (to, value) => {
      checkObject(to, value)
      schema.writeBody(to, value)
    },
  }
}

/** A union that may be empty: null is sent as type 0 without data [PRS_SOMEIP_00907]. */
export function nullableUnion<const M extends Members>(
  alternatives: M,
  options: UnionOptions = {},
): DelimitedSchema<UnionOf<M> | null> {
  const { lengthField = 32, typeField = 32, paddedTo = 0 } = options
  const names = Object.keys(alternatives)
  checkMemberNames(names)
  if (names.length >= 2 ** typeField) throw new SchemaError(`${names.length} types do not fit ${typeField} bits`)

  const readData = (from: PayloadReader, type: number): UnionOf<M> | null => {
    if (type === NULL_TYPE) return null
    const name = names[type - 1]
    const schema = name === undefined ? undefined : alternatives[name]
    if (name === undefined || schema === undefined) from.fail(`type ${type} is not defined`)
    return { type: name, value: from.at(name, () => schema.read(from)) } as UnionOf<M> // the row of that name
  }
  const writeData = (to: PayloadWriter, value: UnionOf<M> | null) => {
    const start = to.length
    const schema = value === null ? undefined : alternatives[value.type]
    if (value !== null) to.at(value.type, () => schema?.write(to, value.value))
    const length = to.length - start
    if (paddedTo > 0 && length > paddedTo) to.fail(`${length} byte(s) do not fit in ${paddedTo}`)
    to.zeros(Math.max(0, paddedTo - length))
  }
  const typeOf = (to: PayloadWriter, value: UnionOf<M> | null) => {
    const type = value === null ? NULL_TYPE : names.indexOf(value.type) + 1
    if (value !== null && type === 0) to.fail(`'${value.type}' is none of ${names.join(', ')}`)
    return type
  }

  return {
    lengthField,
    // Untagged, the length field stands before the type field and does not count it [PRS_SOMEIP_00126].
    read: (from) => {
      const length = lengthField === 0 ? undefined : from.field(lengthField)
      const type = from.field(typeField)
      const dataLength = length ?? (paddedTo > 0 ? paddedTo : undefined)
      return dataLength === undefined ? readData(from, type) : from.region(dataLength, () => readData(from, type))
    },
    write: (to, value) => {
      const type = typeOf(to, value)
      const data = to.capture(() => writeData(to, value))
      if (lengthField > 0 && data.length >= 2 ** lengthField) {
        to.fail(`${data.length} byte(s) do not fit a length field of ${lengthField} bits`)
      }
      if (lengthField !== 0) to.field(lengthField, data.length)
      to.field(typeField, type)
      to.bytes(data)
    },
    // Behind a tag the length covers the type field too [PRS_SOMEIP_00229].
    readBody: (from) => readData(from, from.field(typeField)),
    writeBody: (to, value) => {
      to.field(typeField, typeOf(to, value))
      writeData(to, value)
    },
  }
}
