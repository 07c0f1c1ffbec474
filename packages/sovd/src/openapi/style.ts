import type { TSchema } from 'typebox'
import { SOVD_ERRORS, type SovdErrorCode } from '../error.ts'
import { ErrorBody } from '../native/resources/common.ts'
import type { Route } from '../route.ts'

/** What differs from contract to contract in how its rows are described. */
export interface OpenApiStyle {
  /** Whether the OData query options apply to collections. */
  readonly odata: boolean
  /** Key of an operation that says what its caller must be permitted to do. */
  readonly permissionKey: `x-${string}`
  /** Whether a header tells who asks. */
  readonly clientIdHeader: boolean
  readonly statusOf: (code: SovdErrorCode) => number
  /** The body of errors. */
  readonly errorBody: TSchema
  /** What a row answers to a value that it cannot take, if that is not `errorBody`. */
  readonly refusedValue?: { readonly body: TSchema; readonly of: (row: Route) => boolean }
  /** Whether an operation says that any other status has an error for a body too. */
  readonly defaultError: boolean
  /** Whether query parameters that may be repeated are arrays of style `form`; else they are one text or many. */
  readonly arrayQuery: boolean
}

export const NATIVE_STYLE: OpenApiStyle = {
  odata: true,
  permissionKey: 'x-sovd-permission',
  clientIdHeader: true,
  statusOf: (code) => SOVD_ERRORS[code],
  errorBody: ErrorBody,
  defaultError: false,
  arrayQuery: false,
}
