/** The 4 bytes between the header and the data of a segment [PRS_SOMEIP_00723], big endian. */
export interface TpHeader {
  /** Where the segment's data belongs in the original payload, in bytes; a multiple of 16. */
  readonly offset: number
  /** More Segments Flag: this is not the last segment of the message. */
  readonly more: boolean
}

/** Bytes between the header of a segment and its data. */
export const TP_HEADER_LENGTH = 4
/** Offsets, and therefore all segments but the last, are multiples of this. */
export const TP_UNIT_BYTES = 16
/** The largest aligned segment that fits a datagram [PRS_SOMEIP_00730]. */
export const DEFAULT_SEGMENT_BYTES = 1392

/** More Segments Flag. The three bits above it are reserved: sent as 0, ignored on receive. */
const MORE_SEGMENTS = 0x01

/** Reads the TP header in front of `payload`, which has at least 4 bytes. */
export function decodeTpHeader(payload: Uint8Array): TpHeader {
  const word = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0)
  return { offset: word - (word % TP_UNIT_BYTES), more: (word & MORE_SEGMENTS) !== 0 }
}

/** Writes the TP header at `at`. `offset` is a multiple of 16. */
export function encodeTpHeader({ offset, more }: TpHeader, bytes: Uint8Array, at: number): void {
  const word = offset + (more ? MORE_SEGMENTS : 0)
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setUint32(at, word)
}
