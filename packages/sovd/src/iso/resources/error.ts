import { type Static, Type } from 'typebox'
import { AnyJson } from './common.ts'

/** The closed set of codes [17978-3 5.8.3]; what none of them says is vendor-specific. */
export const ISO_ERROR_CODES = [
  'vendor-specific',
  'not-responding',
  'error-response',
  'invalid-signature',
  'incomplete-request',
  'invalid-response-content',
  'sovd-server-misconfigured',
  'sovd-server-failure',
  'insufficient-access-rights',
  'precondition-not-fulfilled',
  'lock-broken',
  'update-process-in-progress',
  'update-preparation-in-progress',
  'update-execution-in-progress',
  'update-automated-not-supported',
] as const

export const GenericError = Type.Object(
  {
    error_code: Type.Enum([...ISO_ERROR_CODES]),
    vendor_code: Type.Optional(Type.String()),
    message: Type.String(),
    translation_id: Type.Optional(Type.String()),
    parameters: Type.Optional(Type.Record(Type.String(), AnyJson)),
  },
  { title: 'GenericError' },
)

export const DataError = Type.Object(
  {
    path: Type.String({ description: 'JSON pointer to what is wrong' }),
    error: Type.Optional(GenericError),
  },
  { title: 'DataError' },
)

export type IsoErrorCode = (typeof ISO_ERROR_CODES)[number]
export type GenericError = Static<typeof GenericError>
export type DataError = Static<typeof DataError>
