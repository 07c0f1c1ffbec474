import { type Static, Type } from 'typebox'
import { Id } from './common.ts'

export const APP_STATUSES = ['running', 'stopped', 'error'] as const

export const App = Type.Object(
  {
    id: Id,
    name: Type.String(),
    description: Type.Optional(Type.String()),
    version: Type.String({ description: 'empty when its source does not tell' }),
    status: Type.Enum([...APP_STATUSES], { description: '`error` also when nobody can be asked' }),
  },
  { title: 'App' },
)

export type App = Static<typeof App>
