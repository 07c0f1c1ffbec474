import type { NpduTiming } from '../../npdu/collector.ts'
import { HEADER_FIELD, HEADER_LENGTH } from '../../wire/header.ts'
import { isSegment, MESSAGE_TYPE } from '../../wire/message-type.ts'

/** Message ID of service discovery, 0xffff.8100, byte by byte. */
const SD_MESSAGE_ID = [0xff, 0xff, 0x81, 0x00]

/**
 * Whether an encoded message is sent at once instead of waiting for others: by its timing, or because it is a segment,
 * an error or of service discovery.
 */
export function bypassesNpdu(message: Uint8Array, { debounceMs, retentionMs }: NpduTiming): boolean {
  if (debounceMs === 0 && retentionMs === 0) return true
  if (message.length < HEADER_LENGTH) return true
  const messageType = message[HEADER_FIELD.MESSAGE_TYPE] ?? 0
  if (isSegment(messageType) || messageType === MESSAGE_TYPE.ERROR) return true
  return SD_MESSAGE_ID.every((byte, at) => message[at] === byte)
}
