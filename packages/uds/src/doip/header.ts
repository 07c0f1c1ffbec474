import { AppError } from '@opensovd/base'
import type { ByteReader, ByteWriter } from '@opensovd/base/bytes'
import { DOIP_VERSION, HEADER_NACK } from './constants.ts'

export const HEADER_LENGTH = 8
const LENGTH_OFFSET = 4
const KNOWN_VERSIONS: ReadonlySet<number> = new Set(Object.values(DOIP_VERSION))

export interface DoipHeader {
  readonly version: number
  readonly payloadType: number
  /** Up to 4 GiB: check it before reserving memory. */
  readonly payloadLength: number
}

/** Bytes that no DoIP entity may take; `nackCode` is the generic header negative acknowledge that says so. */
export class DoipHeaderError extends AppError<'DOIP_HEADER'> {
  readonly nackCode: number

  constructor(nackCode: number, message: string, options?: ErrorOptions) {
    super('DOIP_HEADER', message, options)
    this.nackCode = nackCode
  }
}

/** @throws DoipHeaderError unless the version is known and its inverse follows */
export function readHeader(from: ByteReader): DoipHeader {
  const version = from.u8()
  const inverse = from.u8()
  if (inverse !== (version ^ 0xff)) {
    throw new DoipHeaderError(
      HEADER_NACK.incorrectPatternFormat,
      `DoIP header: version 0x${version.toString(16)} needs the inverse 0x${(version ^ 0xff).toString(16)}, got 0x${inverse.toString(16)}`,
    )
  }
  if (!KNOWN_VERSIONS.has(version)) {
    throw new DoipHeaderError(
      HEADER_NACK.incorrectPatternFormat,
      `DoIP header: unknown version 0x${version.toString(16)}`,
    )
  }
  return { version, payloadType: from.u16(), payloadLength: from.u32() }
}

export function writeHeader(to: ByteWriter, header: DoipHeader): void {
  to.u8(header.version)
    .u8(header.version ^ 0xff)
    .u16(header.payloadType)
    .u32(header.payloadLength)
}

/** Puts the length of what was written behind the header into it. */
export function completeHeader(to: ByteWriter): ByteWriter {
  return to.overwriteU32(LENGTH_OFFSET, to.length - HEADER_LENGTH)
}
