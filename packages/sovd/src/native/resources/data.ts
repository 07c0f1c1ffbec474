import { type Static, Type } from 'typebox'
import { AnyJson, Id } from './common.ts'

export const ACCESS = ['readOnly', 'readWrite', 'writeOnly'] as const
export const DATA_TYPES = ['string', 'integer', 'float', 'boolean', 'bytes', 'enum', 'struct'] as const

export const DataItem = Type.Object(
  {
    id: Id,
    name: Type.String(),
    description: Type.Optional(Type.String()),
    access: Type.Enum([...ACCESS]),
    dataType: Type.Enum([...DATA_TYPES]),
    unit: Type.Optional(Type.String()),
    'x-uds-did': Type.Optional(Type.String()),
    normalRange: Type.Optional(Type.Object({ min: Type.Optional(Type.Number()), max: Type.Optional(Type.Number()) })),
    semanticRef: Type.Optional(Type.String()),
    samplingHint: Type.Optional(Type.Number({ description: 'seconds' })),
    classificationTags: Type.Optional(Type.Array(Type.String())),
  },
  { title: 'DataItem' },
)

export const DataValue = Type.Object(
  { id: Id, value: AnyJson },
  { title: 'DataValue', description: 'the value, and whatever else its source says of it: name, unit, access, …' },
)

export const DataWrite = Type.Object({ value: AnyJson }, { title: 'DataWrite' })

export const DataPatch = Type.Unknown({
  title: 'DataPatch',
  description: 'a JSON merge patch (RFC 7396) of the value',
})

export const BulkRead = Type.Object(
  {
    dataIds: Type.Array(Id, { minItems: 1, maxItems: 1000 }),
    category: Type.Optional(Type.Enum(['currentData', 'logs', 'trigger'])),
  },
  { title: 'BulkRead' },
)

export const BulkWrite = Type.Array(Type.Object({ id: Id, value: AnyJson }), {
  title: 'BulkWrite',
  minItems: 1,
  maxItems: 1000,
})

export const BulkOutcome = Type.Object(
  { id: Id, value: Type.Optional(AnyJson), error: Type.Optional(Type.String()) },
  { title: 'BulkOutcome' },
)

export type DataItem = Static<typeof DataItem>
export type DataValue = Static<typeof DataValue>
export type BulkOutcome = Static<typeof BulkOutcome>
