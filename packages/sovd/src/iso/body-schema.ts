import type { TSchema } from 'typebox'

export const JSON_SCHEMA_DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/**
 * The schema that a body brings along where the request has `include-schema`.
 * @param narrower what is known of members of this very body beyond what all such bodies have in common
 */
export function bodySchema(schema: TSchema, narrower: Readonly<Record<string, object>> = {}): object {
  const properties = 'properties' in schema && typeof schema.properties === 'object' ? schema.properties : {}
  return { $schema: JSON_SCHEMA_DIALECT, ...schema, properties: { ...properties, ...narrower } }
}
