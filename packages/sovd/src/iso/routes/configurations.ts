import { Type } from 'typebox'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from '../../native/routes/errors.ts'
import { bytes, empty, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA, TAGS } from '../resources/common.ts'
import { ConfigurationList, ConfigurationValue } from '../resources/configuration.ts'
import { DataWrite } from '../resources/data.ts'
import { ENTITY } from './entity.ts'

const tag = 'configurations'

export const configurationRoutes = {
  listConfigurations: route({
    method: 'GET',
    path: `${ENTITY}/configurations`,
    tag,
    permission: 'configurations:read',
    summary: 'The configuration parameters of an entity, without their values',
    query: Type.Object({ ...INCLUDE_SCHEMA, ...TAGS }),
    reply: json(ConfigurationList),
    errors: BACKEND_READ_ERRORS,
  }),
  readConfiguration: route({
    method: 'GET',
    path: `${ENTITY}/configurations/{configurationId}`,
    tag,
    permission: 'configurations:read',
    summary: 'The value of a configuration parameter, or the bytes of a bulk configuration',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: bytes(ConfigurationValue),
    errors: [...BACKEND_READ_ERRORS, 'not-acceptable'],
  }),
  writeConfiguration: route({
    method: 'PUT',
    path: `${ENTITY}/configurations/{configurationId}`,
    tag,
    permission: 'configurations:write',
    mutates: 'configurations',
    summary: 'Write a configuration parameter, or a bulk configuration with its own content type',
    body: DataWrite,
    upload: 'not-json',
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
