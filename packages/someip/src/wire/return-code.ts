/** Return codes [PRS_SOMEIP_00191]. 0x20 to 0x5e are free for services to define. */
export const RETURN_CODE = {
  OK: 0x00,
  NOT_OK: 0x01,
  UNKNOWN_SERVICE: 0x02,
  UNKNOWN_METHOD: 0x03,
  NOT_READY: 0x04,
  NOT_REACHABLE: 0x05,
  TIMEOUT: 0x06,
  WRONG_PROTOCOL_VERSION: 0x07,
  WRONG_INTERFACE_VERSION: 0x08,
  MALFORMED_MESSAGE: 0x09,
  WRONG_MESSAGE_TYPE: 0x0a,
} as const
export type ReturnCode = (typeof RETURN_CODE)[keyof typeof RETURN_CODE]

const FIRST_SERVICE_CODE = 0x20
const LAST_SERVICE_CODE = 0x5e

/** Whether the standard defines the return code or leaves it to services. */
export function isValidReturnCode(code: number): boolean {
  return code <= RETURN_CODE.WRONG_MESSAGE_TYPE || (code >= FIRST_SERVICE_CODE && code <= LAST_SERVICE_CODE)
}
