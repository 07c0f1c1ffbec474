import { type Static, Type } from 'typebox'
import { AnyJson, Id, listOf, OwnSchema, Texts } from './common.ts'
import { DataError } from './error.ts'

export const Fault = Type.Object(
  {
    code: Id,
    scope: Type.Optional(Type.String()),
    display_code: Type.Optional(Type.String()),
    fault_name: Type.String(),
    fault_translation_id: Type.Optional(Type.String()),
    severity: Type.Optional(
      Type.Integer({ minimum: 1, description: '1 fatal, 2 error, 3 warning, 4 information: the lower the worse' }),
    ),
    status: Type.Optional(Type.Record(Type.String(), Type.String())),
    symptom: Type.Optional(Type.String()),
    symptom_translation_id: Type.Optional(Type.String()),
    tags: Type.Optional(Texts),
  },
  { title: 'Fault' },
)

export const FaultList = listOf('FaultList', Fault)

export const FaultDetail = Type.Object(
  {
    item: Fault,
    environment_data: Type.Optional(AnyJson),
    errors: Type.Optional(Type.Array(DataError)),
    ...OwnSchema,
  },
  { title: 'FaultDetail' },
)

export type Fault = Static<typeof Fault>
