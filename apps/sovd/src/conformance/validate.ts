import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Shape } from './shapes.ts'

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false, logger: false })
const compiled = new WeakMap<Shape, ValidateFunction>()

/** What a value has against a schema of ours; nothing if it fits. */
export function misfit(schema: Shape, value: unknown): string | undefined {
  const validate = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, validate)
  return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'body' })
}

/** What a body has against the schema that the server sent with it; nothing if it fits. */
export function misfitOfOwnSchema(schema: unknown, body: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null) return 'schema is no object'
  const own = new Ajv2020({ strict: false, validateFormats: false, logger: false })
  try {
    const { $schema: _, ...rest } = schema as Record<string, unknown>
    const validate = own.compile(rest)
    return validate(body) ? undefined : own.errorsText(validate.errors, { dataVar: 'body' })
  } catch (error) {
    return `schema cannot be used: ${error instanceof Error ? error.message : String(error)}`
  }
}
