import type { Json, JsonObject } from '@opensovd/base'
import type { Method } from '../route.ts'

export const REFERENCE_PREFIX = '#/components/'

export type Reference<Kind extends string = string> = { readonly $ref: `#/components/${Kind}/${string}` }

/** With the key of its contract for what the caller must be permitted to do. */
export type Operation = {
  readonly [extension: `x-${string}`]: Json
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly parameters: readonly (Reference<'parameters'> | JsonObject)[]
  readonly requestBody?: JsonObject
  readonly responses: { readonly [status: string]: JsonObject }
}

export type PathItem = { readonly [M in Lowercase<Method>]?: Operation }

export const COMPONENT_KINDS = ['schemas', 'responses', 'parameters', 'headers'] as const

export type Components = {
  readonly [K in (typeof COMPONENT_KINDS)[number]]: { readonly [name: string]: JsonObject }
} & { readonly securitySchemes?: { readonly [name: string]: JsonObject } }

/** The parts of an OpenAPI 3.1 document that ours have. All of it is JSON. */
export type OpenApiDocument = {
  readonly openapi: '3.1.0'
  readonly info: JsonObject
  readonly servers: readonly { readonly url: string }[]
  readonly security?: readonly JsonObject[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: { readonly [path: string]: PathItem }
  readonly components: Components
}

export function referenceTo<const Kind extends (typeof COMPONENT_KINDS)[number]>(
  kind: Kind,
  name: string,
): Reference<Kind> {
  return { $ref: `${REFERENCE_PREFIX}${kind}/${name}` }
}
