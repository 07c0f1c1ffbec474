import { Type } from 'typebox'
import { AnyJson, Id, listOf, OwnSchema, Texts } from './common.ts'

export const Mode = Type.Object(
  {
    id: Id,
    name: Type.Optional(Type.String()),
    translation_id: Type.Optional(Type.String()),
    tags: Type.Optional(Texts),
  },
  { title: 'Mode' },
)

export const ModeList = listOf('ModeList', Mode)

export const ModeDetail = Type.Object(
  {
    name: Type.Optional(Type.String()),
    translation_id: Type.Optional(Type.String()),
    value: Type.String(),
    ...OwnSchema,
  },
  { title: 'ModeDetail' },
)

export const ModeChange = Type.Object(
  {
    value: Type.String({ minLength: 1, maxLength: 128 }),
    key: Type.Optional(
      Type.Record(Type.String(), AnyJson, { description: 'of the security level that is to be unlocked' }),
    ),
    parameters: Type.Optional(
      Type.Record(Type.String(), AnyJson, { description: 'of a control of the communication or of trouble codes' }),
    ),
    mode_expiration: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 604_800,
        description: 'seconds; then the default comes back, unless the mode is changed before',
      }),
    ),
  },
  { title: 'ModeChange' },
)

export const ModeValue = Type.Object(
  {
    id: Id,
    value: Type.String(),
    seed: Type.Optional(
      Type.Record(Type.String(), AnyJson, { description: 'to make a key of, where a seed was requested' }),
    ),
    ...OwnSchema,
  },
  { title: 'ModeValue' },
)
