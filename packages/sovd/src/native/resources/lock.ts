import { type Static, Type } from 'typebox'
import { Id, Timestamp } from './common.ts'

const held = { lockedBy: Type.String(), lockedAt: Timestamp, expires: Type.Optional(Timestamp) }

export const Lock = Type.Object({ componentId: Id, ...held }, { title: 'Lock' })
export const GroupLock = Type.Object({ groupId: Id, ...held }, { title: 'GroupLock' })
export const VehicleLock = Type.Object(held, { title: 'VehicleLock' })

const term = {
  expires: Type.Optional(
    Type.String({ format: 'date-time', description: 'RFC 3339; when the lock ends unless it is renewed' }),
  ),
  durationSecs: Type.Optional(
    Type.Number({ description: 'instead of expires: the seconds until the lock ends; above 0 and within the limit' }),
  ),
}

export const LockRequest = Type.Object(
  {
    lockedBy: Type.Optional(
      Type.String({ description: 'without effect: the owner is the caller, that is X-SOVD-Client-Id' }),
    ),
    ...term,
  },
  { title: 'LockRequest' },
)

export const LockRenewal = Type.Object(term, { title: 'LockRenewal' })

export const LockReleaseQuery = Type.Object({
  break: Type.Optional(
    Type.Enum(['true', 'false'], { description: 'Whether to end the lock although it may be of another.' }),
  ),
})

export type Lock = Static<typeof Lock>
export type GroupLock = Static<typeof GroupLock>
export type VehicleLock = Static<typeof VehicleLock>
