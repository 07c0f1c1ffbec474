import { Type } from 'typebox'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from '../../native/routes/errors.ts'
import { empty, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA, Repeatable, TAGS } from '../resources/common.ts'
import { FaultDetail, FaultList } from '../resources/fault.ts'
import { ENTITY } from './entity.ts'

const tag = 'faults'
const scope = Type.Optional(Type.String({ description: 'Only faults of this scope.' }))

export const faultRoutes = {
  listFaults: route({
    method: 'GET',
    path: `${ENTITY}/faults`,
    tag,
    permission: 'faults:read',
    summary: 'The faults of an entity',
    query: Type.Object({
      'status[key]': Type.Optional(
        Type.Union(Repeatable.anyOf, {
          description: 'With the name of a status for key: only faults with this value of it. Any of several will do.',
        }),
      ),
      severity: Type.Optional(
        Type.String({ pattern: '^[0-9]{1,9}$', description: 'Only faults worse than this: with a lower number.' }),
      ),
      scope,
      ...INCLUDE_SCHEMA,
      ...TAGS,
    }),
    reply: json(FaultList),
    errors: BACKEND_READ_ERRORS,
  }),
  readFault: route({
    method: 'GET',
    path: `${ENTITY}/faults/{faultCode}`,
    tag,
    permission: 'faults:read',
    summary: 'One fault with its environment data',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(FaultDetail),
    errors: BACKEND_READ_ERRORS,
  }),
  clearFaults: route({
    method: 'DELETE',
    path: `${ENTITY}/faults`,
    tag,
    permission: 'faults:clear',
    mutates: 'faults',
    summary: 'Clear the faults of an entity, where they are stored',
    query: Type.Object({ scope }),
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
  clearFault: route({
    method: 'DELETE',
    path: `${ENTITY}/faults/{faultCode}`,
    tag,
    permission: 'faults:clear',
    mutates: 'faults',
    summary: 'Clear one fault, where it is stored',
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
