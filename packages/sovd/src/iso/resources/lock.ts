import { Type } from 'typebox'
import { RESOURCE_COLLECTIONS } from '../../resource-collection.ts'
import { Id } from './common.ts'

const EXPIRATION = Type.Number({ description: 'seconds from now until the lock ends; above 0 and within the limit' })
const EVERYTHING = 'the resource collections that the lock is about; none: all of them'
const state = {
  owned: Type.Boolean({ description: 'whether it is the lock of who asks' }),
  scopes: Type.Optional(Type.Array(Type.String(), { description: EVERYTHING })),
} as const

export const LockRequest = Type.Object(
  {
    lock_expiration: EXPIRATION,
    break_lock: Type.Optional(
      Type.Boolean({ default: false, description: 'whether to break the locks of others that are in the way' }),
    ),
    scopes: Type.Optional(
      Type.Array(Type.String(), { description: `${EVERYTHING}; possible are ${RESOURCE_COLLECTIONS.join(', ')}` }),
    ),
  },
  { title: 'LockRequest' },
)

export const LockRenewal = Type.Object({ lock_expiration: EXPIRATION }, { title: 'LockRenewal' })

export const AcquiredLock = Type.Object({ id: Id }, { title: 'AcquiredLock' })

export const LockReference = Type.Object({ id: Id, ...state }, { title: 'LockReference' })

export const LockList = Type.Object({ items: Type.Array(LockReference) }, { title: 'LockList' })

export const LockDetail = Type.Object(
  { lock_expiration: Type.String({ description: 'RFC 3339 time in UTC; when the lock ends' }), ...state },
  { title: 'LockDetail' },
)
