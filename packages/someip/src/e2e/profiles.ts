import { EncodeError } from '../wire/encode-error.ts'
import { CRC8_FROM_ZERO, CRC8_H2F, CRC16, CRC32, CRC32_P4, CRC64, type Crc } from './crc.ts'
import { type Field, lastByteOf, nibbleField, wholeField } from './field.ts'
import type { E2eLayout } from './layout.ts'

interface CommonOptions {
  /** Largest step of the counter that is no error. Absent: the sequence is not checked. */
  readonly maxDeltaCounter?: number
  /** Bounds of the area in bytes, beyond what the profile itself needs. */
  readonly minBytes?: number
  readonly maxBytes?: number
}

/**
 * What of a 16-bit Data ID enters the CRC: both bytes; low and high in turn with the counter; the low byte; the low byte
 * and a transmitted nibble of the high one; nothing.
 */
export type DataIdMode = 'both' | 'alternating' | 'low' | 'nibble' | 'none'

/** Profiles 01 and 11. */
export interface NibbleOptions extends CommonOptions {
  /** 16 bits. */
  readonly dataId: number
  readonly dataIdMode: DataIdMode
  /** Bit offsets in the area. Default: 0, 8 and 12. */
  readonly crcOffset?: number
  readonly counterOffset?: number
  readonly dataIdNibbleOffset?: number
}

/** Profiles 02 and 22. */
export interface ListOptions extends CommonOptions {
  /** A byte for each of the 16 counter values. */
  readonly dataIdList: Uint8Array
  /** Bit offset of the header; profile 02 has it at 0. Default: 0. */
  readonly offset?: number
}

/** Profiles 04, 05, 06 and 07. */
export interface HeaderOptions extends CommonOptions {
  /** 32 bits for profiles 04 and 07, 16 bits for 05 and 06. */
  readonly dataId: number
  /** Bit offset of the header in the area. Default: 0. */
  readonly offset?: number
}

/** The CRC-32 without counter and Data ID that vsomeip has. */
export interface Crc32Options extends Omit<CommonOptions, 'maxDeltaCounter'> {
  /** Byte offset of the CRC; it covers what follows it. */
  readonly crcOffset: number
}

/** Where a profile with a header of its own has its fields; byte offsets in the header. */
interface HeaderRow {
  readonly profile: string
  readonly headerBytes: number
  readonly crc: Crc
  readonly crcAt: number
  readonly crcLittleEndian: boolean
  readonly counter: Field
  readonly length?: Field
  readonly dataId?: Field
  /** How a Data ID that is not transmitted enters the CRC, behind the data. */
  readonly hiddenDataId?: 'low-high' | 'high-low'
}

const P05: HeaderRow = {
  profile: 'P05',
  headerBytes: 3,
  crc: CRC16,
  crcAt: 0,
  crcLittleEndian: true,
  counter: wholeField(2, 8),
  hiddenDataId: 'low-high',
}

const HEADER_ROWS = {
  P04: {
    profile: 'P04',
    headerBytes: 12,
    crc: CRC32_P4,
    crcAt: 8,
    crcLittleEndian: false,
    length: wholeField(0, 16),
    counter: wholeField(2, 16),
    dataId: wholeField(4, 32),
  },
  P05,
  /** vsomeip sends the CRC of profile 05 most significant byte first. */
  P05_BIG_ENDIAN: { ...P05, crcLittleEndian: false },
  P06: {
    profile: 'P06',
    headerBytes: 5,
    crc: CRC16,
    crcAt: 0,
    crcLittleEndian: false,
    length: wholeField(2, 16),
    counter: wholeField(4, 8),
    hiddenDataId: 'high-low',
  },
  P07: {
    profile: 'P07',
    headerBytes: 20,
    crc: CRC64,
    crcAt: 0,
    crcLittleEndian: false,
    length: wholeField(8, 32),
    counter: wholeField(12, 32),
    dataId: wholeField(16, 32),
  },
} as const satisfies Record<string, HeaderRow>

/** Counter value 15 is invalid in profiles 01 and 11. */
const NIBBLE_MODULUS = 15
const LIST_MODULUS = 16

/** Builds the layout of each profile from its configuration. They throw EncodeError for one that cannot be. */
export const E2E_PROFILE = {
  P01: (options: NibbleOptions) => nibbleLayout('P01', options),
  P02: (options: ListOptions) => listLayout('P02', { ...options, offset: 0 }),
  P04: (options: HeaderOptions) => headerLayout(HEADER_ROWS.P04, options),
  P05: (options: HeaderOptions) => headerLayout(HEADER_ROWS.P05, options),
  P05_BIG_ENDIAN: (options: HeaderOptions) => headerLayout(HEADER_ROWS.P05_BIG_ENDIAN, options),
  P06: (options: HeaderOptions) => headerLayout(HEADER_ROWS.P06, options),
  P07: (options: HeaderOptions) => headerLayout(HEADER_ROWS.P07, options),
  P11: (options: NibbleOptions) => nibbleLayout('P11', options),
  P22: (options: ListOptions) => listLayout('P22', options),
  CRC32: (options: Crc32Options): E2eLayout => {
    const at = options.crcOffset
    return {
      profile: 'CRC32',
      crc: { algorithm: CRC32, at, littleEndian: false, coversFrom: at + CRC32.bytes },
      ...boundsOf(options, at + CRC32.bytes),
    }
  },
} as const

function headerLayout(row: HeaderRow, options: HeaderOptions): E2eLayout {
  const start = byteOffset(`${row.profile} offset`, options.offset ?? 0)
  const at = (field: Field): Field => ({ ...field, at: start + field.at })
  const dataIdBits = row.dataId?.bits ?? 16
  checkDataId(row.profile, options.dataId, dataIdBits)
  const [low, high] = [options.dataId & 0xff, (options.dataId >>> 8) & 0xff]
  const hidden = row.hiddenDataId === 'low-high' ? [low, high] : [high, low]
  const lengthMax = row.length === undefined ? Number.POSITIVE_INFINITY : 2 ** row.length.bits - 1
  const bounds = boundsOf(options, start + row.headerBytes)
  return {
    profile: row.profile,
    crc: { algorithm: row.crc, at: start + row.crcAt, littleEndian: row.crcLittleEndian, coversFrom: 0 },
    counter: {
      field: at(row.counter),
      modulus: 2 ** row.counter.bits,
      first: 0,
      maxDelta: options.maxDeltaCounter,
    },
    ...(row.length && { length: at(row.length) }),
    ...(row.dataId && { dataId: { field: at(row.dataId), value: options.dataId } }),
    ...(row.hiddenDataId && { hiddenDataId: { position: 'after', byCounter: [Uint8Array.from(hidden)] } }),
    minBytes: bounds.minBytes,
    maxBytes: Math.min(bounds.maxBytes, lengthMax),
  }
}

function nibbleLayout(profile: string, options: NibbleOptions): E2eLayout {
  const { dataId, dataIdMode } = options
  checkDataId(profile, dataId, 16)
  const crcAt = byteOffset(`${profile} crcOffset`, options.crcOffset ?? 0)
  const counter = nibbleField(nibbleOffset(`${profile} counterOffset`, options.counterOffset ?? 8))
  const nibble = nibbleField(nibbleOffset(`${profile} dataIdNibbleOffset`, options.dataIdNibbleOffset ?? 12))
  const [low, high] = [dataId & 0xff, dataId >>> 8]
  const byMode: Record<DataIdMode, number[][]> = {
    both: [[low, high]],
    // The counter's parity selects: even takes the low byte.
    alternating: [[low], [high]],
    low: [[low]],
    nibble: [[low, 0]],
    none: [[]],
  }
  const transmitted = dataIdMode === 'nibble'
  const last = Math.max(crcAt, lastByteOf(counter), transmitted ? lastByteOf(nibble) : 0)
  return {
    profile,
    crc: { algorithm: CRC8_FROM_ZERO, at: crcAt, littleEndian: false, coversFrom: 0 },
    counter: { field: counter, modulus: NIBBLE_MODULUS, first: 0, maxDelta: options.maxDeltaCounter },
    ...(transmitted && { dataId: { field: nibble, value: high & 0xf } }),
    hiddenDataId: { position: 'before', byCounter: byMode[dataIdMode].map((bytes) => Uint8Array.from(bytes)) },
    ...boundsOf(options, last + 1),
  }
}

function listLayout(profile: string, options: ListOptions): E2eLayout {
  if (options.dataIdList.length !== LIST_MODULUS) {
    throw new EncodeError(`${profile} dataIdList`, `${LIST_MODULUS} bytes needed, not ${options.dataIdList.length}`)
  }
  const start = byteOffset(`${profile} offset`, options.offset ?? 0)
  return {
    profile,
    crc: { algorithm: CRC8_H2F, at: start, littleEndian: false, coversFrom: 0 },
    // The sender counts before it writes, so that 0 comes last in the first round.
    counter: {
      field: nibbleField(8 * (start + 1)),
      modulus: LIST_MODULUS,
      first: 1,
      maxDelta: options.maxDeltaCounter,
    },
    hiddenDataId: { position: 'after', byCounter: Array.from(options.dataIdList, (id) => Uint8Array.of(id)) },
    ...boundsOf(options, start + 2),
  }
}

function boundsOf(options: CommonOptions, needed: number): { minBytes: number; maxBytes: number } {
  return { minBytes: Math.max(needed, options.minBytes ?? 0), maxBytes: options.maxBytes ?? Number.POSITIVE_INFINITY }
}

function byteOffset(path: string, bits: number): number {
  if (!Number.isInteger(bits) || bits < 0 || bits % 8 !== 0)
    throw new EncodeError(path, `${bits} is not a multiple of 8`)
  return bits / 8
}

function nibbleOffset(path: string, bits: number): number {
  if (!Number.isInteger(bits) || bits < 0 || bits % 4 !== 0)
    throw new EncodeError(path, `${bits} is not a multiple of 4`)
  return bits
}

function checkDataId(profile: string, dataId: number, bits: number): void {
  if (!Number.isInteger(dataId) || dataId < 0 || dataId >= 2 ** bits) {
    throw new EncodeError(`${profile} dataId`, `${dataId} is not an integer from 0 to ${2 ** bits - 1}`)
  }
}
