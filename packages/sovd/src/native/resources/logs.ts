import { type Static, Type } from 'typebox'
import { AnyJson, Timestamp } from './common.ts'

export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const

export const LogEntry = Type.Object(
  {
    timestamp: Timestamp,
    level: Type.Enum([...LOG_LEVELS]),
    source: Type.String({ description: 'the program or part that wrote it' }),
    message: Type.String(),
    data: Type.Optional(AnyJson),
  },
  { title: 'LogEntry' },
)

export type LogLevel = Static<typeof LogEntry>['level']
