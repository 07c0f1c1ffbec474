import type { SovdErrorCode } from '../../error.ts'

/** What reading from a component can end in. */
export const BACKEND_READ_ERRORS = [
  'forbidden',
  'not-found',
  'conflict',
  'locked',
  'too-many-requests',
  'not-implemented',
  'bad-gateway',
  'gateway-timeout',
] as const satisfies readonly SovdErrorCode[]

/** What changing something on a component can end in. */
export const BACKEND_WRITE_ERRORS = [
  ...BACKEND_READ_ERRORS,
  'precondition-failed',
] as const satisfies readonly SovdErrorCode[]
