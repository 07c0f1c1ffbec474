import { HEADER_FIELD, HEADER_LENGTH } from '../wire/header.ts'
import type { E2eLayout } from './layout.ts'
import { type DataIdMode, E2E_PROFILE } from './profiles.ts'

/** The parameters of a profile in a vsomeip configuration. Offsets count from the start of the protected area. */
export type VsomeipE2eProfile =
  | P01Parameters
  | LengthCheckedParameters
  | P05Parameters
  | { readonly name: 'CRC32'; readonly crcOffsetBytes: number }

interface P01Parameters {
  readonly name: 'P01'
  readonly dataId: number
  readonly crcOffsetBytes: number
  readonly dataLengthBits: number
  readonly counterOffsetBits: number
  readonly dataIdNibbleOffsetBits: number
  /** 0 both, 1 alternating, 2 low, 3 nibble. */
  readonly dataIdMode: number
}

interface LengthCheckedParameters {
  readonly name: 'P04' | 'P07'
  readonly dataId: number
  readonly offsetBytes: number
  readonly minDataLength: number
  readonly maxDataLength: number
  readonly maxDeltaCounter: number
}

interface P05Parameters {
  readonly name: 'P05'
  readonly dataId: number
  readonly offsetBytes: number
  readonly dataLengthBits: number
  readonly maxDeltaCounter: number
}

/** A layout, and where the area it describes begins in an encoded message. */
export interface MessageProtection {
  readonly layout: E2eLayout
  readonly areaStart: number
}

/** Profiles 04 and 05 do not serve instances above this. */
const MAX_INSTANCE = 255
/** vsomeip does not implement mode 1: the Data ID then enters the CRC not at all. */
const DATA_ID_MODES: readonly DataIdMode[] = ['both', 'none', 'low', 'nibble']
/** Profiles with a header protect the part of the message header behind the length too. */
const FROM_CLIENT_ID = HEADER_FIELD.CLIENT_ID
const FROM_PAYLOAD = HEADER_LENGTH

/**
 * How vsomeip protects the messages of `instanceId` with this profile; undefined where it leaves them unprotected because
 * the profile does not serve that instance.
 * @throws EncodeError when the parameters contradict the profile
 */
export function vsomeipProtection(profile: VsomeipE2eProfile, instanceId: number): MessageProtection | undefined {
  switch (profile.name) {
    case 'P01':
      return { areaStart: FROM_PAYLOAD, layout: p01Layout(profile) }
    case 'CRC32':
      return { areaStart: FROM_PAYLOAD, layout: E2E_PROFILE.CRC32({ crcOffset: profile.crcOffsetBytes }) }
    case 'P04':
      return instanceId > MAX_INSTANCE
        ? undefined
        : { areaStart: FROM_CLIENT_ID, layout: E2E_PROFILE.P04(p04Options(profile, instanceId)) }
    case 'P05':
      return instanceId > MAX_INSTANCE ? undefined : { areaStart: FROM_CLIENT_ID, layout: p05Layout(profile) }
    case 'P07':
      return { areaStart: FROM_CLIENT_ID, layout: E2E_PROFILE.P07(p07Options(profile)) }
  }
}

/** vsomeip does not check the counter of profile 01. */
function p01Layout(profile: P01Parameters): E2eLayout {
  return E2E_PROFILE.P01({
    dataId: profile.dataId,
    dataIdMode: DATA_ID_MODES[profile.dataIdMode] ?? 'both',
    crcOffset: 8 * profile.crcOffsetBytes,
    counterOffset: profile.counterOffsetBits,
    dataIdNibbleOffset: profile.dataIdNibbleOffsetBits,
    minBytes: minBytesOf(profile.dataLengthBits),
  })
}

/** The instance is the first byte of the Data ID. */
function p04Options(profile: LengthCheckedParameters, instanceId: number) {
  const dataId = ((instanceId << 24) | profile.dataId) >>> 0
  return { ...lengthsOf(profile), dataId, ...maxDeltaOf(profile.maxDeltaCounter, 0xffff) }
}

/** vsomeip truncates the length to 16 bits, so it and this protector refuse each other's messages above 65535 bytes. */
function p07Options(profile: LengthCheckedParameters) {
  return { ...lengthsOf(profile), dataId: profile.dataId, ...maxDeltaOf(profile.maxDeltaCounter, 0xffffffff) }
}

function p05Layout(profile: P05Parameters): E2eLayout {
  return E2E_PROFILE.P05_BIG_ENDIAN({
    dataId: profile.dataId & 0xffff,
    offset: 8 * profile.offsetBytes,
    minBytes: minBytesOf(profile.dataLengthBits),
    ...maxDeltaOf(profile.maxDeltaCounter, 0xff),
  })
}

function lengthsOf({ offsetBytes, minDataLength, maxDataLength }: LengthCheckedParameters) {
  return { offset: 8 * offsetBytes, minBytes: minDataLength, maxBytes: maxDataLength }
}

function minBytesOf(dataLengthBits: number): number {
  return Math.floor(dataLengthBits / 8) + 1
}

/** A limit that no step can exceed means that the sequence is not checked. */
function maxDeltaOf(maxDeltaCounter: number, largestStep: number): { maxDeltaCounter?: number } {
  return maxDeltaCounter >= largestStep ? {} : { maxDeltaCounter }
}
