import { type Static, Type } from 'typebox'
import { Id } from './common.ts'

export const Area = Type.Object(
  { id: Id, name: Type.String(), description: Type.Optional(Type.String()), componentIds: Type.Array(Id) },
  { title: 'Area' },
)

export type Area = Static<typeof Area>
