import { type TSchema, Type } from 'typebox'

/** An identifier as it appears in a path segment. */
export const Id = Type.String({ minLength: 1 })
export const AnyJson = Type.Unknown({ description: 'any JSON value' })
export const UriReference = Type.String({ format: 'uri-reference' })
export const Texts = Type.Array(Type.String())

/** The schema of the body it is in; there where the request wants it. */
export const OwnSchema = {
  schema: Type.Optional(Type.Object({}, { description: 'JSON schema of this body' })),
} as const

/** A list, which the standard never pages or counts. */
export function listOf<const S extends TSchema>(title: string, item: S) {
  return Type.Object({ items: Type.Array(item), ...OwnSchema }, { title })
}

/** A query parameter that may be repeated. */
export const Repeatable = Type.Union([Type.String(), Type.Array(Type.String())])

export const INCLUDE_SCHEMA = {
  'include-schema': Type.Optional(
    Type.Enum(['true', 'false'], { description: 'Whether the body is to bring its schema.' }),
  ),
} as const

export const TAGS = {
  tags: Type.Optional(Type.Union(Repeatable.anyOf, { description: 'Only what has one of these tags.' })),
} as const
