import { createRequire } from 'node:module'
import { SovdError, type SovdErrorCode } from '@opensovd/sovd'
import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { TSchema } from 'typebox'

let ajv: Ajv2020 | undefined

/** The compiler is loaded for the first request that needs it: a server that was just started has better things to do. */
function compile(schema: TSchema): ValidateFunction {
  if (!ajv) {
    const library: typeof import('ajv/dist/2020.js') = createRequire(import.meta.url)('ajv/dist/2020.js')
    ajv = new library.Ajv2020({ strict: false, allErrors: false, validateFormats: false })
  }
  return ajv.compile(schema)
}

/**
 * A check of values against a schema, compiled at its first use.
 * @throws SovdError `code` naming the member that does not fit
 */
export function checkerOf(schema: TSchema, part: 'body' | 'query', code: SovdErrorCode): (value: unknown) => void {
  let validate: ValidateFunction | undefined
  return (value) => {
    validate ??= compile(schema)
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
