import { collection, json, route } from '../../route.ts'
import { Area } from '../resources/areas.ts'

const tag = 'areas'
const permission = 'discovery:read'

export const areaRoutes = {
  listAreas: route({
    method: 'GET',
    path: '/areas',
    tag,
    permission,
    summary: 'Areas of the vehicle',
    reply: collection('areas', Area),
    errors: ['not-found'],
  }),
  getArea: route({
    method: 'GET',
    path: '/areas/{areaId}',
    tag,
    permission,
    summary: 'One area',
    reply: json(Area),
    errors: ['not-found'],
  }),
} as const
