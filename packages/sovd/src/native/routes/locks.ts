import type { TSchema } from 'typebox'
import { created, empty, json, route } from '../../route.ts'
import { GroupLock, Lock, LockReleaseQuery, LockRenewal, LockRequest, VehicleLock } from '../resources/lock.ts'

const tag = 'locks'
const componentLock = '/components/{componentId}/lock'
const groupLock = '/groups/{groupId}/lock'
const vehicleLock = '/lock'

function readLock<const P extends string, const S extends TSchema>(path: P, schema: S, what: string) {
  return route({
    method: 'GET',
    path,
    tag,
    permission: 'locks:read',
    summary: `The lock of ${what}`,
    reply: json(schema),
    errors: ['not-found'],
  })
}

function acquireLock<const P extends string, const S extends TSchema>(path: P, schema: S, what: string) {
  return route({
    method: 'POST',
    path,
    tag,
    permission: 'locks:write',
    mutates: false,
    summary: `Lock ${what}, so that only the caller can change it; the caller's own lock is renewed`,
    body: LockRequest,
    bodyOptional: true,
    reply: created(schema, 201),
    errors: ['not-found', 'conflict', 'too-many-requests'],
  })
}

function renewLock<const P extends string, const S extends TSchema>(path: P, schema: S, what: string) {
  return route({
    method: 'PUT',
    path,
    tag,
    permission: 'locks:write',
    mutates: false,
    summary: `Start the term of the caller's lock of ${what} anew`,
    body: LockRenewal,
    bodyOptional: true,
    reply: json(schema),
    errors: ['not-found', 'conflict'],
  })
}

function releaseLock<const P extends string>(path: P, what: string) {
  return route({
    method: 'DELETE',
    path,
    tag,
    permission: 'locks:write',
    mutates: false,
    summary: `End the lock of ${what}, which undoes the modes that were set under it`,
    query: LockReleaseQuery,
    reply: empty,
    errors: ['forbidden', 'not-found', 'conflict'],
  })
}

export const lockRoutes = {
  readComponentLock: readLock(componentLock, Lock, 'a component'),
  acquireComponentLock: acquireLock(componentLock, Lock, 'a component'),
  renewComponentLock: renewLock(componentLock, Lock, 'a component'),
  releaseComponentLock: releaseLock(componentLock, 'a component'),
  readGroupLock: readLock(groupLock, GroupLock, 'a group'),
  acquireGroupLock: acquireLock(groupLock, GroupLock, 'the components of a group'),
  renewGroupLock: renewLock(groupLock, GroupLock, 'a group'),
  releaseGroupLock: releaseLock(groupLock, 'a group'),
  readVehicleLock: readLock(vehicleLock, VehicleLock, 'the vehicle'),
  acquireVehicleLock: acquireLock(vehicleLock, VehicleLock, 'the whole vehicle'),
  renewVehicleLock: renewLock(vehicleLock, VehicleLock, 'the vehicle'),
  releaseVehicleLock: releaseLock(vehicleLock, 'the vehicle'),
} as const
