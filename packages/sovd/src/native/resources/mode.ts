import { type Static, Type } from 'typebox'
import { Id, Timestamp } from './common.ts'

export const ModeDescriptor = Type.Object(
  {
    id: Type.String(),
    name: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    udsSession: Type.Optional(Type.Integer()),
    requiresSecurityAccess: Type.Boolean(),
  },
  { title: 'ModeDescriptor' },
)

export const Mode = Type.Object(
  {
    componentId: Id,
    currentMode: Type.String(),
    availableModes: Type.Array(Type.String()),
    modeDescriptors: Type.Optional(Type.Array(ModeDescriptor)),
    activeSince: Type.Optional(Timestamp),
  },
  { title: 'Mode' },
)

export const ModeChange = Type.Object({ mode: Type.String({ minLength: 1, maxLength: 128 }) }, { title: 'ModeChange' })

export type Mode = Static<typeof Mode>
