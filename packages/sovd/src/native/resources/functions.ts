import { type Static, Type } from 'typebox'
import { Id } from './common.ts'

export const Func = Type.Object(
  {
    id: Id,
    name: Type.String(),
    description: Type.Optional(Type.String()),
    sourceComponents: Type.Array(Id, { description: 'the components that it does what it does with' }),
  },
  { title: 'Func' },
)

export type Func = Static<typeof Func>
