import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from '../../native/routes/errors.ts'
import { accepted, json, route } from '../../route.ts'
import { EntityStatus, StatusRequest } from '../resources/status.ts'
import { ENTITY } from './entity.ts'

const tag = 'status'

function requesting<const R extends string>(request: R, summary: string) {
  return route({
    method: 'PUT',
    path: `${ENTITY}/status/${request}`,
    tag,
    permission: 'status:write',
    mutates: 'status',
    summary,
    body: StatusRequest,
    bodyOptional: true,
    reply: accepted,
    errors: BACKEND_WRITE_ERRORS,
  })
}

export const statusRoutes = {
  readStatus: route({
    method: 'GET',
    path: `${ENTITY}/status`,
    tag,
    permission: 'status:read',
    summary: 'Whether an entity is ready, and what can be asked of it',
    reply: json(EntityStatus),
    errors: BACKEND_READ_ERRORS,
  }),
  startEntity: requesting('start', 'Start an entity'),
  restartEntity: requesting('restart', 'Restart an entity once it agrees'),
  forceRestartEntity: requesting('force-restart', 'Restart an entity whatever it is at'),
  shutDownEntity: requesting('shutdown', 'Shut an entity down once it agrees'),
  forceShutDownEntity: requesting('force-shutdown', 'Shut an entity down whatever it is at'),
} as const
