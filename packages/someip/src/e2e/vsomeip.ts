import { HEADER_FIELD, HEADER_LENGTH } from '../wire/header.ts'
import type { E2eLayout } from './layout.ts'
import { type DataIdMode, E2E_PROFILE } from './profiles.ts'

/** Parameters of an entry in vsomeip's `e2e.protected`, in vsomeip's units. */
export interface VsomeipE2eEntry {
  readonly profile: VsomeipE2eProfile
  readonly dataId?: number
  /** Bytes for CRC8 and CRC32, bits for the others. Default: 0. */
  readonly crcOffset?: number
  /** Bits. Default: 8. */
  readonly counterOffset?: number
  /** Bits. Default: 12. */
  readonly dataIdNibbleOffset?: number
  /** 0 both, 1 alternating, 2 low, 3 nibble. Default: 0. */
  readonly dataIdMode?: number
  /** Bits. */
  readonly dataLength?: number
  /** Bytes. */
  readonly minDataLength?: number
  readonly maxDataLength?: number
  readonly maxDeltaCounter?: number
}
export type VsomeipE2eProfile = keyof typeof PROFILES

/** A layout, and where the area it describes begins in an encoded message. */
export interface MessageProtection {
  readonly layout: E2eLayout
  readonly areaStart: number
}

/** Profiles 04 and 05 do not serve instances above this. */
const MAX_INSTANCE = 255
/** vsomeip does not implement mode 1: the Data ID then enters the CRC not at all. */
const DATA_ID_MODES: readonly DataIdMode[] = ['both', 'none', 'low', 'nibble']

const PROFILES = {
  CRC8: { areaStart: HEADER_LENGTH, maxInstance: 0xffff, layout: crc8Layout },
  P01: { areaStart: HEADER_LENGTH, maxInstance: 0xffff, layout: crc8Layout },
  P04: { areaStart: HEADER_FIELD.CLIENT_ID, maxInstance: MAX_INSTANCE, layout: p04Layout },
  P05: { areaStart: HEADER_FIELD.CLIENT_ID, maxInstance: MAX_INSTANCE, layout: p05Layout },
  P07: { areaStart: HEADER_FIELD.CLIENT_ID, maxInstance: 0xffff, layout: p07Layout },
  CRC32: { areaStart: HEADER_LENGTH, maxInstance: 0xffff, layout: crc32Layout },
  CSTM: { areaStart: HEADER_LENGTH, maxInstance: 0xffff, layout: crc32Layout },
} as const

/**
 * How vsomeip protects the messages of `instanceId` with this entry; undefined where it sends and accepts them
 * unprotected because the profile does not serve that instance.
 * @throws EncodeError when the entry's values contradict the profile
 */
export function vsomeipProtection(entry: VsomeipE2eEntry, instanceId: number): MessageProtection | undefined {
  const { areaStart, maxInstance, layout } = PROFILES[entry.profile]
  return instanceId > maxInstance ? undefined : { areaStart, layout: layout(entry, instanceId) }
}

function crc8Layout(entry: VsomeipE2eEntry): E2eLayout {
  return E2E_PROFILE.P01({
    dataId: entry.dataId ?? 0,
    dataIdMode: DATA_ID_MODES[entry.dataIdMode ?? 0] ?? 'both',
    crcOffset: 8 * (entry.crcOffset ?? 0),
    counterOffset: entry.counterOffset ?? 8,
    dataIdNibbleOffset: entry.dataIdNibbleOffset ?? 12,
    minBytes: minBytesOf(entry),
  })
}

function p04Layout(entry: VsomeipE2eEntry, instanceId: number): E2eLayout {
  const dataId = ((instanceId << 24) | (entry.dataId ?? 0)) >>> 0
  return E2E_PROFILE.P04({
    dataId,
    offset: entry.crcOffset ?? 0,
    minBytes: entry.minDataLength ?? 0,
    maxBytes: entry.maxDataLength ?? 0xffff,
    ...maxDeltaOf(entry, 0xffff),
  })
}

function p05Layout(entry: VsomeipE2eEntry): E2eLayout {
  return E2E_PROFILE.P05_BIG_ENDIAN({
    dataId: entry.dataId ?? 0,
    offset: entry.crcOffset ?? 0,
    minBytes: minBytesOf(entry),
    ...maxDeltaOf(entry, 0xff),
  })
}

/** vsomeip truncates the length to 16 bits, which makes its longer messages fail here and the reverse. */
function p07Layout(entry: VsomeipE2eEntry): E2eLayout {
  return E2E_PROFILE.P07({
    dataId: entry.dataId ?? 0,
    offset: entry.crcOffset ?? 0,
    minBytes: entry.minDataLength ?? 0,
    maxBytes: entry.maxDataLength ?? 0xffffffff,
    ...maxDeltaOf(entry, 0xffffffff),
  })
}

function crc32Layout(entry: VsomeipE2eEntry): E2eLayout {
  return E2E_PROFILE.CRC32({ crcOffset: entry.crcOffset ?? 0 })
}

function minBytesOf(entry: VsomeipE2eEntry): number {
  return Math.floor((entry.dataLength ?? 0) / 8) + 1
}

/** A limit that no step can exceed means, in vsomeip, that the sequence is not checked. */
function maxDeltaOf(entry: VsomeipE2eEntry, largestStep: number): { maxDeltaCounter?: number } {
  const maxDeltaCounter = entry.maxDeltaCounter ?? largestStep
  return maxDeltaCounter >= largestStep ? {} : { maxDeltaCounter }
}
