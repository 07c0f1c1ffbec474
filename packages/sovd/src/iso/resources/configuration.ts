import { Type } from 'typebox'
import { AnyJson, Id, listOf, OwnSchema, Texts } from './common.ts'
import { DataError } from './error.ts'

export const Configuration = Type.Object(
  {
    id: Id,
    name: Type.String(),
    type: Type.Enum(['bulk', 'parameter']),
    version: Type.Optional(Type.String()),
    content_type: Type.Optional(Type.String()),
    translation_id: Type.Optional(Type.String()),
    tags: Type.Optional(Texts),
  },
  { title: 'Configuration' },
)

export const ConfigurationList = listOf('ConfigurationList', Configuration)

export const ConfigurationValue = Type.Object(
  { id: Id, data: AnyJson, errors: Type.Optional(Type.Array(DataError)), ...OwnSchema },
  { title: 'ConfigurationValue' },
)
