import { json, route } from '../../route.ts'
import { DataCatalog } from '../resources/catalog.ts'

export const catalogRoutes = {
  getDataCatalog: route({
    method: 'GET',
    path: '/schema/data-catalog',
    tag: 'catalog',
    permission: 'data:read',
    summary: 'What the data of all components mean',
    reply: json(DataCatalog),
  }),
} as const
