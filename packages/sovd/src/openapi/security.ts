import type { JsonObject } from '@opensovd/base'
import type { Operation } from './model.ts'
import { referenceTo } from './model.ts'

/** Security schemes of OpenAPI by their names. One of them is enough for any operation. */
export type SecuritySchemes = Readonly<Record<string, JsonObject>>

/** What a document says of its security at the top, and among its components. */
export function securityOf(schemes: SecuritySchemes | undefined) {
  if (!schemes) return { document: {}, components: {} }
  return {
    document: { security: Object.keys(schemes).map((name) => ({ [name]: [] })) },
    components: { securitySchemes: schemes },
  }
}

/** An operation that may refuse whoever asks. */
export function secured(
  operation: Omit<Operation, 'operationId'>,
  schemes: SecuritySchemes | undefined,
): Omit<Operation, 'operationId'> {
  if (!schemes) return operation
  const refusals = { 401: referenceTo('responses', 'unauthorized'), 403: referenceTo('responses', 'forbidden') }
  return { ...operation, responses: { ...operation.responses, ...refusals } }
}
