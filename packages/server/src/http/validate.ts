import { SovdError, type SovdErrorCode } from '@opensovd/sovd'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { TSchema } from 'typebox'

const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false })

/**
 * A check of values against a schema, compiled at its first use.
 * @throws SovdError `code` naming the member that does not fit
 */
export function checkerOf(schema: TSchema, part: 'body' | 'query', code: SovdErrorCode): (value: unknown) => void {
  let validate: ValidateFunction | undefined
  return (value) => {
    validate ??= ajv.compile(schema)
    if (validate(value)) return
    const [first] = validate.errors ?? []
    const where = placeOf(part, first)
    throw new SovdError(code, `${where} ${first?.message ?? 'does not fit its schema'}`, { target: where })
  }
}

function placeOf(part: string, error: ErrorObject | undefined): string {
  if (!error) return part
  const missing = error.keyword === 'required' ? `/${error.params.missingProperty}` : ''
  return `${part}${error.instancePath}${missing}`
}
