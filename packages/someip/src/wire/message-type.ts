/** Message types [PRS_SOMEIP_00055]. The ACK variants are reserved by the standard and accepted on receive. */
export const MESSAGE_TYPE = {
  REQUEST: 0x00,
  REQUEST_NO_RETURN: 0x01,
  NOTIFICATION: 0x02,
  REQUEST_ACK: 0x40,
  REQUEST_NO_RETURN_ACK: 0x41,
  NOTIFICATION_ACK: 0x42,
  RESPONSE: 0x80,
  ERROR: 0x81,
  RESPONSE_ACK: 0xc0,
  ERROR_ACK: 0xc1,
  UNKNOWN: 0xff,
} as const
export type MessageType = (typeof MESSAGE_TYPE)[keyof typeof MESSAGE_TYPE]

/** TP-Flag of the message type: the message is a segment of a larger one. */
export const TP_FLAG = 0x20

const { REQUEST, REQUEST_NO_RETURN, NOTIFICATION, RESPONSE, ERROR } = MESSAGE_TYPE
const SEGMENTABLE: readonly number[] = [REQUEST, REQUEST_NO_RETURN, NOTIFICATION, RESPONSE, ERROR]
const VALID = new Uint8Array(256)
for (const type of Object.values(MESSAGE_TYPE)) VALID[type] = 1
for (const type of SEGMENTABLE) VALID[type | TP_FLAG] = 1

/** Whether the standard defines the message type, with or without the TP-Flag. */
export function isValidMessageType(type: number): boolean {
  return VALID[type] === 1
}

/** Whether the TP-Flag is set. `UNKNOWN` has that bit too but is no segment. */
export function isSegment(messageType: number): boolean {
  return (messageType & TP_FLAG) !== 0 && messageType !== MESSAGE_TYPE.UNKNOWN
}
