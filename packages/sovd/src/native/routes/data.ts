import { collection, empty, json, route } from '../../route.ts'
import { BulkOutcome, BulkRead, BulkWrite, DataItem, DataPatch, DataValue, DataWrite } from '../resources/data.ts'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from './errors.ts'

const tag = 'data'

export const dataRoutes = {
  listData: route({
    method: 'GET',
    path: '/components/{componentId}/data',
    tag,
    permission: 'data:read',
    summary: 'Data items of a component, without their values',
    reply: collection('data', DataItem),
    errors: BACKEND_READ_ERRORS,
  }),
  readData: route({
    method: 'GET',
    path: '/components/{componentId}/data/{dataId}',
    tag,
    permission: 'data:read',
    summary: 'Read a value',
    reply: json(DataValue),
    errors: BACKEND_READ_ERRORS,
  }),
  writeData: route({
    method: 'PUT',
    path: '/components/{componentId}/data/{dataId}',
    tag,
    permission: 'data:write',
    mutates: 'data',
    summary: 'Write a value',
    body: DataWrite,
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
  patchData: route({
    method: 'PATCH',
    path: '/components/{componentId}/data/{dataId}',
    tag,
    permission: 'data:write',
    mutates: 'data',
    summary: 'Change a value by a JSON merge patch',
    body: DataPatch,
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
  bulkReadData: route({
    method: 'POST',
    path: '/components/{componentId}/data/bulk-read',
    tag,
    permission: 'data:read',
    summary: 'Read several values',
    body: BulkRead,
    reply: collection('bulkData', BulkOutcome),
    errors: BACKEND_READ_ERRORS,
  }),
  bulkWriteData: route({
    method: 'POST',
    path: '/components/{componentId}/data/bulk-write',
    tag,
    permission: 'data:write',
    mutates: 'data',
    summary: 'Write several values',
    body: BulkWrite,
    reply: collection('bulkData', BulkOutcome),
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
