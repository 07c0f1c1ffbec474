import { type Static, type TObject, type TObjectOptions, type TProperties, Type } from 'typebox'

/** An object that has no other properties than these. */
export function object<T extends TProperties>(properties: T, options: TObjectOptions = {}): TObject<T> {
  return Type.Object(properties, { ...options, additionalProperties: false })
}

const MAX_SAFE = Number.MAX_SAFE_INTEGER

export function integer(minimum: number, maximum = MAX_SAFE, description?: string) {
  return Type.Integer({ minimum, maximum, ...(description !== undefined && { description }) })
}

export function integerOr(fallback: number, minimum: number, maximum = MAX_SAFE, description?: string) {
  return Type.Integer({
    minimum,
    maximum,
    default: fallback,
    ...(description !== undefined && { description }),
  })
}

/** Ids appear in paths of the API, so they have only characters that need no escaping there. */
export const Id = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$',
  description: 'Letters, digits, dot, hyphen, underscore.',
})
export const HexText = Type.String({ pattern: '^([0-9A-Fa-f]{2})*$', description: 'Bytes as hex digits.' })
export const Secret = Type.String({
  pattern: '^([0-9A-Fa-f]{2})+$',
  description: 'Bytes as hex digits.',
  writeOnly: true,
})
export const Name = Type.String({ minLength: 1, maxLength: 500 })

export const Access = object(
  {
    sessions: Type.Optional(Type.Array(Id, { minItems: 1, description: 'Ids of sessions; any when left out.' })),
    security: Type.Optional(
      Type.Array(Id, { minItems: 1, description: 'Ids of security levels, of which one must be unlocked.' }),
    ),
    authenticated: Type.Optional(Type.Boolean({ description: 'Whether the tester must have authenticated.' })),
  },
  { description: 'What a request needs. Nothing when it is empty.' },
)
export type AccessDescription = Static<typeof Access>

/** The three bytes as a number, or as SAE J2012-DA writes them. */
export const DtcNumber = Type.Union(
  [
    Type.Integer({ minimum: 0, maximum: 0xfffffe }),
    Type.String({ pattern: '^[PCBUpcbu][0-3][0-9A-Fa-f]{3}(-?[0-9A-Fa-f]{2})?$' }),
  ],
  { description: 'A DTC: its three bytes as a number, or text such as P0A80-1A; the failure type may be left out.' },
)
