import { ISO_ERRORS, refusesValues } from '../iso/errors.ts'
import { DataError, GenericError } from '../iso/resources/error.ts'
import type { OpenApiStyle } from '../openapi/style.ts'

/** How the contract of the standard is described: nothing with the prefix `x-sovd-` that is not the standard's own. */
export const ISO_STYLE: OpenApiStyle = {
  odata: false,
  permissionKey: 'x-opensovd-permission',
  clientIdHeader: false,
  statusOf: (code) => ISO_ERRORS[code].status,
  errorBody: GenericError,
  refusedValue: { body: DataError, of: refusesValues },
  defaultError: true,
  arrayQuery: true,
}
