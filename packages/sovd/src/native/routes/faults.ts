import { collection, empty, json, route } from '../../route.ts'
import { Fault } from '../resources/fault.ts'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from './errors.ts'

const tag = 'faults'

export const faultRoutes = {
  listFaults: route({
    method: 'GET',
    path: '/components/{componentId}/faults',
    tag,
    permission: 'faults:read',
    summary: 'Faults of a component',
    reply: collection('faults', Fault),
    errors: BACKEND_READ_ERRORS,
  }),
  readFault: route({
    method: 'GET',
    path: '/components/{componentId}/faults/{faultId}',
    tag,
    permission: 'faults:read',
    summary: 'One fault',
    reply: json(Fault),
    errors: BACKEND_READ_ERRORS,
  }),
  clearFaults: route({
    method: 'DELETE',
    path: '/components/{componentId}/faults',
    tag,
    permission: 'faults:clear',
    mutates: 'faults',
    summary: 'Clear all faults of a component, where they are stored',
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
  clearFault: route({
    method: 'DELETE',
    path: '/components/{componentId}/faults/{faultId}',
    tag,
    permission: 'faults:clear',
    mutates: 'faults',
    summary: 'Clear one fault, where it is stored',
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
