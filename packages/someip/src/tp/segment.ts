import { EncodeError } from '../wire/encode-error.ts'
import { encodeHeader, HEADER_LENGTH, type HeaderFields } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import { TP_FLAG } from '../wire/message-type.ts'
import { DEFAULT_SEGMENT_BYTES, encodeTpHeader, TP_HEADER_LENGTH, TP_UNIT_BYTES } from './tp-header.ts'

/**
 * Cuts a message into segments, each a datagram of its own, in the order in which they are to be sent. All but the last
 * carry `segmentBytes` of the payload; the time between them is the caller's.
 * @throws EncodeError when `segmentBytes` is not a positive multiple of 16, or a header value does not fit
 */
export function segmentMessage(message: Message, segmentBytes = DEFAULT_SEGMENT_BYTES): Uint8Array[] {
  if (!(segmentBytes > 0 && segmentBytes % TP_UNIT_BYTES === 0)) {
    throw new EncodeError('segmentBytes', `${segmentBytes} is not a positive multiple of ${TP_UNIT_BYTES}`)
  }
  const { payload } = message
  const header: HeaderFields = { ...message, messageType: message.messageType | TP_FLAG }
  const segments: Uint8Array[] = []
  let offset = 0
  do {
    const data = payload.subarray(offset, offset + segmentBytes)
    const segment = new Uint8Array(HEADER_LENGTH + TP_HEADER_LENGTH + data.length)
    encodeHeader(header, TP_HEADER_LENGTH + data.length, segment, 0)
    encodeTpHeader({ offset, more: offset + segmentBytes < payload.length }, segment, HEADER_LENGTH)
    segment.set(data, HEADER_LENGTH + TP_HEADER_LENGTH)
    segments.push(segment)
    offset += segmentBytes
  } while (offset < payload.length)
  return segments
}
