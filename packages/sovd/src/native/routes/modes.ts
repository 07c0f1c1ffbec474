import { json, route } from '../../route.ts'
import { Mode, ModeChange } from '../resources/mode.ts'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from './errors.ts'

const tag = 'modes'

export const modeRoutes = {
  readMode: route({
    method: 'GET',
    path: '/components/{componentId}/modes',
    aliases: ['/components/{componentId}/mode'],
    tag,
    permission: 'modes:read',
    summary: 'The mode a component is in, and those it can be in',
    reply: json(Mode),
    errors: BACKEND_READ_ERRORS,
  }),
  changeMode: route({
    method: 'POST',
    path: '/components/{componentId}/modes',
    aliases: ['/components/{componentId}/mode'],
    tag,
    permission: 'modes:write',
    mutates: 'modes',
    summary: 'Change the mode',
    body: ModeChange,
    reply: json(Mode),
    errors: BACKEND_WRITE_ERRORS,
  }),
  activateMode: route({
    method: 'PUT',
    path: '/components/{componentId}/modes/{modeId}',
    aliases: ['/components/{componentId}/mode/{modeId}'],
    tag,
    permission: 'modes:write',
    mutates: 'modes',
    summary: 'Change the mode, or with dtc-on and dtc-off the storing of trouble codes',
    reply: json(Mode),
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
