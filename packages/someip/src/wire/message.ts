import { DecodeError } from '@opensovd/base/bytes'
import { EncodeError } from './encode-error.ts'
import {
  decodeHeader,
  encodeHeader,
  HEADER_LENGTH,
  type HeaderFields,
  HeaderView,
  LENGTH_UNCOVERED_HEADER,
} from './header.ts'

/** A message as a sender writes it and a receiver sees it. */
export interface Message extends HeaderFields {
  readonly payload: Uint8Array
}

/**
 * A message inside a receive buffer, decoded without copying. `payload` and `bytes` share memory with the buffer:
 * copy what outlives the buffer's next use.
 */
export class MessageView extends HeaderView implements Message {
  readonly #buffer: Uint8Array
  readonly #at: number

  /** `view` covers `buffer`; the caller has made sure that the whole message lies in it. */
  constructor(buffer: Uint8Array, view: DataView, at: number) {
    super(view, at)
    this.#buffer = buffer
    this.#at = at
  }

  get payload(): Uint8Array {
    return this.#buffer.subarray(this.#at + HEADER_LENGTH, this.#end)
  }

  /** Header and payload. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#at, this.#end)
  }

  get #end(): number {
    return this.#at + LENGTH_UNCOVERED_HEADER + this.length
  }
}

/** A view of `bytes` for the functions that read at offsets; make it once per buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * Decodes bytes that are exactly one message. The header's values are not judged beyond its length field.
 * @throws DecodeError when the bytes are too short or do not end where the length field says
 */
export function decodeMessage(bytes: Uint8Array): MessageView {
  const view = viewOf(bytes)
  const { length } = decodeHeader(view)
  if (length !== bytes.length - LENGTH_UNCOVERED_HEADER) {
    throw new DecodeError(
      'SOME/IP header',
      `the length field is ${length}, ${bytes.length - LENGTH_UNCOVERED_HEADER} expected`,
    )
  }
  return new MessageView(bytes, view, 0)
}

/** Bytes that `message` occupies on the wire. */
export function encodedLength(message: Message): number {
  return HEADER_LENGTH + message.payload.length
}

/** @throws EncodeError when a value does not fit its field */
export function encodeMessage(message: Message): Uint8Array {
  const bytes = new Uint8Array(encodedLength(message))
  encodeMessageInto(message, bytes, 0)
  return bytes
}

/**
 * Writes `message` into a buffer of the caller's and returns the offset after it.
 * @throws EncodeError when a value does not fit its field, or the message the buffer
 */
export function encodeMessageInto(message: Message, buffer: Uint8Array, at: number): number {
  const end = at + encodedLength(message)
  if (end > buffer.length) {
    throw new EncodeError('message', `${end - at} byte(s) needed at offset ${at}, ${buffer.length - at} available`)
  }
  encodeHeader(message, message.payload.length, buffer, at)
  buffer.set(message.payload, at + HEADER_LENGTH)
  return end
}
