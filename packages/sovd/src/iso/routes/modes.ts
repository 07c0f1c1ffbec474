import { Type } from 'typebox'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from '../../native/routes/errors.ts'
import { json, route } from '../../route.ts'
import { INCLUDE_SCHEMA, TAGS } from '../resources/common.ts'
import { ModeChange, ModeDetail, ModeList, ModeValue } from '../resources/mode.ts'
import { ENTITY } from './entity.ts'

const tag = 'modes'

export const modeRoutes = {
  listModes: route({
    method: 'GET',
    path: `${ENTITY}/modes`,
    tag,
    permission: 'modes:read',
    summary: 'The modes of an entity',
    query: Type.Object({ ...INCLUDE_SCHEMA, ...TAGS }),
    reply: json(ModeList),
    errors: BACKEND_READ_ERRORS,
  }),
  readMode: route({
    method: 'GET',
    path: `${ENTITY}/modes/{modeId}`,
    tag,
    permission: 'modes:read',
    summary: 'The value of a mode; its schema tells those it can have',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(ModeDetail),
    errors: BACKEND_READ_ERRORS,
  }),
  changeMode: route({
    method: 'PUT',
    path: `${ENTITY}/modes/{modeId}`,
    tag,
    permission: 'modes:write',
    mutates: 'modes',
    summary: 'Change the value of a mode',
    query: Type.Object(INCLUDE_SCHEMA),
    body: ModeChange,
    reply: json(ModeValue),
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
