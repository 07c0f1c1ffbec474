import { json, route } from '../../route.ts'
import { ApiDocument, Metadata } from '../resources/discovery.ts'

const tag = 'documents'
const permission = 'discovery:read'
const component = '/components/{componentId}'

/** The document of one category of a component. */
function categoryDocs<const C extends string>(category: C) {
  return route({
    method: 'GET',
    path: `${component}/${category}/docs`,
    tag,
    permission,
    summary: `What can be done with the ${category} of a component, as an OpenAPI 3.1 document`,
    reply: json(ApiDocument),
    errors: ['not-found'],
  })
}

export const documentRoutes = {
  getMetadata: route({
    method: 'GET',
    path: '/$metadata',
    tag,
    permission,
    summary: 'Entity types and collections',
    reply: json(Metadata),
  }),
  getOpenApi: route({
    method: 'GET',
    path: '/openapi.json',
    mount: 'root',
    tag,
    permission,
    summary: 'This API as an OpenAPI 3.1 document',
    reply: json(ApiDocument),
  }),
  getDocs: route({
    method: 'GET',
    path: '/docs',
    tag,
    permission,
    summary: 'This API as an OpenAPI 3.1 document',
    reply: json(ApiDocument),
  }),
  getComponentDocs: route({
    method: 'GET',
    path: `${component}/docs`,
    tag,
    permission,
    summary: 'What can be done with a component, as an OpenAPI 3.1 document',
    reply: json(ApiDocument),
    errors: ['not-found'],
  }),
  getDataDocs: categoryDocs('data'),
  getFaultDocs: categoryDocs('faults'),
  getOperationDocs: categoryDocs('operations'),
  getModeDocs: categoryDocs('modes'),
  getConfigurationDocs: categoryDocs('configurations'),
  getLogDocs: categoryDocs('logs'),
} as const
