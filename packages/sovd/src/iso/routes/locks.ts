import { created, empty, json, route } from '../../route.ts'
import { AcquiredLock, LockDetail, LockList, LockRenewal, LockRequest } from '../resources/lock.ts'
import { ENTITY } from './entity.ts'

const tag = 'locks'
const lock = `${ENTITY}/locks/{lockId}` as const

export const lockRoutes = {
  listLocks: route({
    method: 'GET',
    path: `${ENTITY}/locks`,
    tag,
    permission: 'locks:read',
    summary: 'The locks of an entity',
    reply: json(LockList),
    errors: ['not-found'],
  }),
  acquireLock: route({
    method: 'POST',
    path: `${ENTITY}/locks`,
    tag,
    permission: 'locks:write',
    mutates: false,
    summary:
      "Lock an entity, or some of what it has, so that only the caller can change it; the caller's own is renewed",
    body: LockRequest,
    reply: created(AcquiredLock, 201),
    errors: ['not-found', 'conflict', 'too-many-requests'],
  }),
  readLock: route({
    method: 'GET',
    path: lock,
    tag,
    permission: 'locks:read',
    summary: 'When a lock ends, and whether it is that of the caller',
    reply: json(LockDetail),
    errors: ['not-found'],
  }),
  renewLock: route({
    method: 'PUT',
    path: lock,
    tag,
    permission: 'locks:write',
    mutates: false,
    summary: "Start the term of the caller's lock anew",
    body: LockRenewal,
    reply: empty,
    errors: ['not-found', 'conflict'],
  }),
  releaseLock: route({
    method: 'DELETE',
    path: lock,
    tag,
    permission: 'locks:write',
    mutates: false,
    summary: "End the caller's lock, which undoes the modes that were set under it",
    reply: empty,
    errors: ['not-found', 'conflict'],
  }),
} as const
