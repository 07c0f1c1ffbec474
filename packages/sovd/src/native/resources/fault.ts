import { type Static, Type } from 'typebox'
import { AnyJson, Id } from './common.ts'

export const FAULT_SEVERITIES = ['low', 'medium', 'high', 'critical'] as const
export const FAULT_STATUSES = ['active', 'passive', 'pending'] as const

export const Fault = Type.Object(
  {
    id: Id,
    componentId: Id,
    code: Type.String(),
    displayCode: Type.Optional(Type.String()),
    severity: Type.Enum([...FAULT_SEVERITIES]),
    status: Type.Enum([...FAULT_STATUSES]),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    scope: Type.Optional(Type.String()),
    affectedSubsystem: Type.Optional(Type.String()),
    correlatedSignals: Type.Optional(Type.Array(Type.String())),
    classificationTags: Type.Optional(Type.Array(Type.String())),
    environmentData: Type.Optional(AnyJson),
  },
  { title: 'Fault' },
)

export type Fault = Static<typeof Fault>
