import type { FieldBits } from './byte-order.ts'
import type { PayloadReader } from './payload-reader.ts'
import type { PayloadWriter } from './payload-writer.ts'
import { type DelimitedSchema, delimited, type Infer, type Schema, SchemaError } from './schema.ts'
import { checkMemberNames, checkObject } from './struct.ts'

/** A member with a Data ID; the order of tagged members on the wire is free. */
export interface Tagged<S extends Schema<unknown> = Schema<unknown>, Optional extends boolean = boolean> {
  readonly dataId: number
  readonly schema: S
  readonly optional: Optional
}
export type TaggedMembers = Readonly<Record<string, Tagged>>
type RequiredKeys<M extends TaggedMembers> = { [K in keyof M]: M[K]['optional'] extends true ? never : K }[keyof M]
export type TaggedOf<M extends TaggedMembers> = {
  -readonly [K in RequiredKeys<M>]: Infer<M[K]['schema']>
} & {
  -readonly [K in Exclude<keyof M, RequiredKeys<M>>]?: Infer<M[K]['schema']> | undefined
}

export interface TaggedOptions {
  /**
   * Size in bits of the length fields: the struct's own, those of its members behind wire type 4, and those of unknown
   * members. One size for all [PRS_SOMEIP_00242]. Default: 32.
   */
  readonly lengthField?: FieldBits
  /** Send wire types 5 to 7 with the smallest length field that fits, instead of wire type 4. Default: false. */
  readonly dynamicLengthFields?: boolean
}

/** Wire types of members with a length field: of the configured size, or of 8, 16 or 32 bits [PRS_SOMEIP_00205]. */
const WIRE_TYPE = { STATIC: 4, BITS_8: 5, BITS_16: 6, BITS_32: 7 } as const
const MAX_DATA_ID = 0xfff
const BITS_OF: ReadonlyMap<number, FieldBits> = new Map([
  [WIRE_TYPE.BITS_8, 8],
  [WIRE_TYPE.BITS_16, 16],
  [WIRE_TYPE.BITS_32, 32],
])

/** A member that must be present. `dataId` has 12 bits. */
export function tag<const S extends Schema<unknown>>(dataId: number, schema: S): Tagged<S, false> {
  return { dataId, schema, optional: false }
}

/** A member that may be absent. */
export function optionalTag<const S extends Schema<unknown>>(dataId: number, schema: S): Tagged<S, true> {
  return { dataId, schema, optional: true }
}

/** A struct whose members have tags (TLV), with a length field in front. */
export function taggedStruct<const M extends TaggedMembers>(
  members: M,
  options: TaggedOptions = {},
): DelimitedSchema<TaggedOf<M>> {
  return buildTagged(members, options, options.lengthField ?? 32)
}

/** The tagged arguments of a method: as a tagged struct, but they fill the payload and have no length field. */
export function taggedArguments<const M extends TaggedMembers>(
  members: M,
  options: TaggedOptions = {},
): DelimitedSchema<TaggedOf<M>> {
  return buildTagged(members, options, 0)
}

interface Row extends Tagged {
  readonly name: string
}

function buildTagged<M extends TaggedMembers>(members: M, options: TaggedOptions, ownLengthField: FieldBits | 0) {
  const lengthField = options.lengthField ?? 32
  const rows: Row[] = Object.entries(members).map(([name, member]) => ({ name, ...member }))
  const byDataId = new Map(rows.map((row) => [row.dataId, row]))
  checkMemberNames(Object.keys(members))
  checkRows(rows, lengthField)

  return delimited<TaggedOf<M>>(
    ownLengthField,
    (from) => {
      const value: Record<string, unknown> = {}
      while (from.remaining > 0) {
        const { wireType, dataId } = readTag(from)
        const row = byDataId.get(dataId)
        if (row === undefined) skipMember(from, wireType, lengthField)
        else if (Object.hasOwn(value, row.name)) from.fail(`Data ID ${dataId} twice`)
        else value[row.name] = from.at(row.name, () => readMember(from, row.schema, wireType, lengthField))
      }
      const missing = rows.find((row) => !row.optional && !Object.hasOwn(value, row.name))
      // [PRS_SOMEIP_00218]
      if (missing !== undefined) from.fail(`the member ${missing.name} (Data ID ${missing.dataId}) is missing`)
      return value as TaggedOf<M> // every required row is there, each of the type its schema reads
    },
    (to, value) => {
      checkObject(to, value)
      const fields = new Map<string, unknown>(Object.entries(value))
      for (const row of rows) {
        const member = fields.get(row.name)
        if (member === undefined && row.optional) continue
        to.at(row.name, () => writeMember(to, row, member, options))
      }
    },
  )
}

function checkRows(rows: readonly Row[], lengthField: FieldBits): void {
  const names = new Map<number, string>()
  for (const { name, dataId, schema } of rows) {
    if (!Number.isInteger(dataId) || dataId < 0 || dataId > MAX_DATA_ID) {
      throw new SchemaError(`Data ID ${dataId} of '${name}' is not an integer from 0 to ${MAX_DATA_ID}`)
    }
    if (names.has(dataId)) throw new SchemaError(`'${name}' and '${names.get(dataId)}' have Data ID ${dataId}`)
    names.set(dataId, name)
    if ('lengthField' in schema && schema.lengthField !== 0 && schema.lengthField !== lengthField) {
      throw new SchemaError(`'${name}' has a length field of ${schema.lengthField} bits, the struct of ${lengthField}`)
    }
  }
}

/** The reserved bit is ignored. */
function readTag(from: PayloadReader): { wireType: number; dataId: number } {
  const word = from.tag()
  return { wireType: (word >>> 12) & 0x7, dataId: word & MAX_DATA_ID }
}

function readMember(from: PayloadReader, schema: Schema<unknown>, wireType: number, lengthField: FieldBits): unknown {
  if ('wireType' in schema) {
    if (wireType !== schema.wireType) from.fail(`wire type ${schema.wireType} expected, not ${wireType}`)
    return schema.read(from)
  }
  if (wireType < WIRE_TYPE.STATIC) from.fail(`a wire type from 4 to 7 expected, not ${wireType}`)
  return from.region(from.field(BITS_OF.get(wireType) ?? lengthField), () => schema.readBody(from))
}

/** Skips a member whose Data ID is unknown [PRS_SOMEIP_00217]. */
function skipMember(from: PayloadReader, wireType: number, lengthField: FieldBits): void {
  const length = wireType < WIRE_TYPE.STATIC ? 2 ** wireType : from.field(BITS_OF.get(wireType) ?? lengthField)
  from.bytes(length)
}

function writeMember(to: PayloadWriter, { dataId, schema }: Row, value: unknown, options: TaggedOptions): void {
  if ('wireType' in schema) {
    to.tag((schema.wireType << 12) | dataId)
    schema.write(to, value)
  } else if (options.dynamicLengthFields) {
    const body = to.capture(() => schema.writeBody(to, value))
    const bits = body.length < 2 ** 8 ? 8 : body.length < 2 ** 16 ? 16 : 32
    to.tag(({ 8: WIRE_TYPE.BITS_8, 16: WIRE_TYPE.BITS_16, 32: WIRE_TYPE.BITS_32 }[bits] << 12) | dataId)
    to.field(bits, body.length)
    to.bytes(body)
  } else {
    to.tag((WIRE_TYPE.STATIC << 12) | dataId)
    to.delimit(options.lengthField ?? 32, () => schema.writeBody(to, value))
  }
}
