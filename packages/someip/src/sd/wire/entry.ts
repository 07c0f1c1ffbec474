import type { ByteReader, ByteWriter } from '@opensovd/base/bytes'
import { checkUnsigned } from '../../wire/encode-error.ts'
import type { SdOption } from './option.ts'

/** Values of the type field. Stop and Nack entries are those with a TTL of 0. */
export const ENTRY_TYPE = { FIND: 0x00, OFFER: 0x01, SUBSCRIBE: 0x06, ACKNOWLEDGE: 0x07 } as const

export const ENTRY_BYTES = 16
/** In a Find: every instance. */
export const ANY_INSTANCE = 0xffff
/** In a Find: every major version. */
export const ANY_MAJOR = 0xff
/** In a Find: every minor version. */
export const ANY_MINOR = 0xffff_ffff
/** A lifetime that ends only with the sender's next reboot. */
export const INFINITE_TTL = 0xff_ffff

interface EntryFields {
  readonly serviceId: number
  readonly instanceId: number
  readonly majorVersion: number
  /** 0: stop, or a negative acknowledgement. */
  readonly ttlSeconds: number
  /** Of both runs, in order. */
  readonly options: readonly SdOption[]
  /** On receive: why not all options that the entry references are in `options`. */
  readonly problem?: string
}

interface ServiceFields extends EntryFields {
  readonly minorVersion: number
}
export interface FindEntry extends ServiceFields {
  readonly type: 'find'
}
export interface OfferEntry extends ServiceFields {
  readonly type: 'offer'
}

interface EventgroupFields extends EntryFields {
  readonly eventgroupId: number
  /** Initial Data Requested Flag. */
  readonly isInitialDataRequested: boolean
  /** Tells parallel subscriptions apart, 0 to 15. */
  readonly counter: number
}
export interface SubscribeEntry extends EventgroupFields {
  readonly type: 'subscribe'
}
export interface AcknowledgeEntry extends EventgroupFields {
  readonly type: 'acknowledge'
}

export type SdEntry = FindEntry | OfferEntry | SubscribeEntry | AcknowledgeEntry

/** Two stretches of the options array [feat_req_someipsd_341]. */
export interface OptionRuns {
  readonly firstIndex: number
  readonly firstCount: number
  readonly secondIndex: number
  readonly secondCount: number
}

const INITIAL_DATA_REQUESTED_FLAG = 0x80
const COUNTER_MASK = 0x0f
/** Most options in one run. */
export const MAX_RUN_LENGTH = 15

/** Reads 16 bytes. Undefined for an entry of an unknown type. */
export function readEntry(from: ByteReader, allOptions: readonly SdOption[]): SdEntry | undefined {
  const type = from.u8()
  const firstIndex = from.u8()
  const secondIndex = from.u8()
  const counts = from.u8()
  const runs = { firstIndex, firstCount: counts >> 4, secondIndex, secondCount: counts & MAX_RUN_LENGTH }
  const ids = { serviceId: from.u16(), instanceId: from.u16(), majorVersion: from.u8(), ttlSeconds: from.u24() }
  const fields = { ...ids, ...resolveRuns(runs, allOptions) }
  switch (type) {
    case ENTRY_TYPE.FIND:
    case ENTRY_TYPE.OFFER:
      return { type: type === ENTRY_TYPE.FIND ? 'find' : 'offer', ...fields, minorVersion: from.u32() }
    case ENTRY_TYPE.SUBSCRIBE:
    case ENTRY_TYPE.ACKNOWLEDGE:
      return { type: type === ENTRY_TYPE.SUBSCRIBE ? 'subscribe' : 'acknowledge', ...fields, ...readEventgroup(from) }
    default:
      from.bytes(4)
      return undefined
  }
}

/** @throws RangeError or EncodeError when a value does not fit its field */
export function writeEntry(to: ByteWriter, entry: SdEntry, runs: OptionRuns): void {
  to.u8(typeOf(entry))
    .u8(runs.firstIndex)
    .u8(runs.secondIndex)
    .u8((runs.firstCount << 4) | runs.secondCount)
    .u16(entry.serviceId)
    .u16(entry.instanceId)
    .u8(entry.majorVersion)
    .u24(entry.ttlSeconds)
  if ('minorVersion' in entry) to.u32(entry.minorVersion)
  else {
    const flag = entry.isInitialDataRequested ? INITIAL_DATA_REQUESTED_FLAG : 0
    to.u8(0)
      .u8(flag | checkUnsigned('counter', entry.counter, COUNTER_MASK))
      .u16(entry.eventgroupId)
  }
}

function readEventgroup(from: ByteReader) {
  from.u8() // Reserved
  const flags = from.u8()
  return {
    isInitialDataRequested: (flags & INITIAL_DATA_REQUESTED_FLAG) !== 0,
    counter: flags & COUNTER_MASK,
    eventgroupId: from.u16(),
  }
}

/** A run of no options may have any index [feat_req_someipsd_347]. */
function resolveRuns(
  { firstIndex, firstCount, secondIndex, secondCount }: OptionRuns,
  all: readonly SdOption[],
): { options: readonly SdOption[]; problem?: string } {
  if (firstCount + secondCount === 0) return { options: [] }
  const options = [
    ...all.slice(firstIndex, firstIndex + firstCount),
    ...all.slice(secondIndex, secondIndex + secondCount),
  ]
  if (options.length === firstCount + secondCount) return { options }
  return { options, problem: `${firstCount + secondCount} option(s) referenced, ${options.length} of them present` }
}

function typeOf({ type }: SdEntry): number {
  if (type === 'find' || type === 'offer') return type === 'find' ? ENTRY_TYPE.FIND : ENTRY_TYPE.OFFER
  return type === 'subscribe' ? ENTRY_TYPE.SUBSCRIBE : ENTRY_TYPE.ACKNOWLEDGE
}
