import { Type } from 'typebox'
import { accepted, created, empty, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA } from '../resources/common.ts'
import {
  UPDATE_FILTER,
  UpdateCreated,
  UpdateDetail,
  UpdateList,
  UpdateRegistration,
  UpdateStatus,
} from '../resources/update.ts'

const tag = 'updates'
const update = '/updates/{updatePackageId}'

export const updateRoutes = {
  listUpdates: route({
    method: 'GET',
    path: '/updates',
    tag,
    permission: 'updates:read',
    summary: 'The updates of the vehicle',
    query: Type.Object(UPDATE_FILTER),
    reply: json(UpdateList),
  }),
  registerUpdate: route({
    method: 'POST',
    path: '/updates',
    tag,
    permission: 'updates:write',
    mutates: 'updates',
    summary: 'Add an update',
    body: UpdateRegistration,
    bodyOptional: true,
    reply: created(UpdateCreated, 201),
    errors: ['conflict', 'not-implemented', 'not-found'],
  }),
  readUpdate: route({
    method: 'GET',
    path: update,
    tag,
    permission: 'updates:read',
    summary: 'What an update brings, and what it takes',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(UpdateDetail),
    errors: ['not-found'],
  }),
  removeUpdate: route({
    method: 'DELETE',
    path: update,
    tag,
    permission: 'updates:write',
    mutates: 'updates',
    summary: 'Remove an update',
    reply: empty,
    errors: ['not-found', 'conflict', 'method-not-allowed'],
  }),
  automateUpdate: route({
    method: 'PUT',
    path: `${update}/automated`,
    tag,
    permission: 'updates:execute',
    mutates: 'updates',
    summary: 'Prepare and execute an update that needs nobody',
    reply: accepted,
    errors: ['not-found', 'conflict'],
  }),
  prepareUpdate: route({
    method: 'PUT',
    path: `${update}/prepare`,
    tag,
    permission: 'updates:execute',
    mutates: 'updates',
    summary: 'Fetch an update and see whether it is sound',
    reply: accepted,
    errors: ['not-found', 'conflict'],
  }),
  executeUpdate: route({
    method: 'PUT',
    path: `${update}/execute`,
    tag,
    permission: 'updates:execute',
    mutates: 'updates',
    summary: 'Install an update that is prepared',
    reply: accepted,
    errors: ['not-found', 'conflict'],
  }),
  readUpdateStatus: route({
    method: 'GET',
    path: `${update}/status`,
    tag,
    permission: 'updates:read',
    summary: 'How far an update is',
    reply: json(UpdateStatus),
    errors: ['not-found'],
  }),
} as const
