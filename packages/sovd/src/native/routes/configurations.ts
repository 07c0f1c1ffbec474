import { empty, json, route } from '../../route.ts'
import { Configuration, ConfigurationWrite } from '../resources/configuration.ts'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from './errors.ts'

const tag = 'configurations'
const path = '/components/{componentId}/configurations'

export const configurationRoutes = {
  readConfigurations: route({
    method: 'GET',
    path,
    tag,
    permission: 'configurations:read',
    summary: 'Configuration parameters of a component',
    reply: json(Configuration),
    errors: BACKEND_READ_ERRORS,
  }),
  writeConfiguration: route({
    method: 'PUT',
    path,
    tag,
    permission: 'configurations:write',
    mutates: 'configurations',
    summary: 'Write one configuration parameter',
    body: ConfigurationWrite,
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
