/** A JSON schema. */
export type Shape = Readonly<Record<string, unknown>>

/** An object with at least these members; others may be there too. */
export function shape(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } }
}

export function listOf(item: Shape): Shape {
  return shape({ items: { type: 'array', items: item } })
}

export const any: Shape = {}
export const text: Shape = { type: 'string' }
export const id: Shape = { type: 'string', minLength: 1 }
export const flag: Shape = { type: 'boolean' }
export const object: Shape = { type: 'object' }
export const texts: Shape = { type: 'array', items: text }
/** RFC 3339. */
export const time: Shape = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)$',
}

export function oneOf(...values: readonly string[]): Shape {
  return { enum: values }
}

/** [17978-3 5.8.3] */
export const GENERIC_ERROR: Shape = {
  ...shape({ error_code: id, message: text }, { vendor_code: text, translation_id: text, parameters: object }),
  if: { required: ['error_code'], properties: { error_code: { const: 'vendor-specific' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
  then: { required: ['vendor_code'] },
}

/** [17978-3 5.8.3] */
export const DATA_ERROR: Shape = shape({ path: text }, { error: GENERIC_ERROR })

/** [17978-3 7.6.2.1] */
export const REFERENCE: Shape = shape({ id, name: text, href: id }, { translation_id: text, tags: texts })

/** [17978-3 7.9.1] */
export const CATEGORY: Shape = { type: 'string', pattern: '^(identData|currentData|storedData|sysInfo|x-.+)$' }
