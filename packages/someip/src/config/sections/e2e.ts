import { every, list, object } from '../compounds.ts'
import { atName, dropEntry, type Field, type Infer, mapped } from '../field.ts'
import { type Keyed, toMap } from '../keyed.ts'
import type { ProblemKind } from '../problems.ts'
import { id, serviceInstanceKey } from '../ranges.ts'
import { choice, flag, integer } from '../scalars.ts'

export interface E2eConfiguration {
  readonly enabled: boolean
  readonly protections: readonly E2eProtection[]
}

/** The protection of one event or method. */
export interface E2eProtection {
  readonly serviceId: number
  /** An event or a method id. */
  readonly eventId: number
  readonly protects: boolean
  readonly checks: boolean
  readonly profile: E2eProfile
}

/** Offsets count from the start of the payload for P01 and CRC32, and from the client id for the others. */
export type E2eProfile =
  | {
      readonly name: 'P01'
      readonly dataId: number
      readonly crcOffsetBytes: number
      readonly dataLengthBits: number
      readonly counterOffsetBits: number
      readonly dataIdNibbleOffsetBits: number
      /** Which bytes of the data id enter the CRC: 0 both, 1 alternating, 2 the low one, 3 the low one and a nibble. */
      readonly dataIdMode: number
    }
  | ({ readonly name: 'P04' | 'P07' } & LengthCheckedProfile)
  | {
      readonly name: 'P05'
      readonly dataId: number
      readonly dataLengthBits: number
      readonly offsetBytes: number
      readonly maxDeltaCounter: number
    }
  | { readonly name: 'CRC32'; readonly crcOffsetBytes: number }

interface LengthCheckedProfile {
  readonly dataId: number
  readonly offsetBytes: number
  readonly minDataLength: number
  readonly maxDataLength: number
  readonly maxDeltaCounter: number
}

/** The names of profiles in files. */
const PROFILES = { CRC8: 'P01', P01: 'P01', P04: 'P04', P05: 'P05', P07: 'P07', CRC32: 'CRC32', CSTM: 'CRC32' } as const
type ProfileName = keyof typeof PROFILES
const PROFILE_NAMES = ['CRC8', 'P01', 'P04', 'P05', 'P07', 'CRC32', 'CSTM'] as const satisfies readonly ProfileName[]

const parameter = (type: 'uint16' | 'uint32' | 'uint64', value: number, meaning: string) =>
  integer({ type, notation: 'decimal or 0x', default: value, meaning })
const maximum = (meaning: string) =>
  integer({
    type: 'uint32',
    notation: 'decimal or 0x',
    defaultText: '0xFFFF; P07: 0xFFFFFFFF',
    meaning,
  })

const keys = object(
  {
    service_id: id('service id'),
    event_id: id('event or method id'),
    variant: choice({ choices: ['protector', 'checker', 'both'], meaning: 'protect what is sent, check what arrives' }),
    profile: choice({ choices: PROFILE_NAMES, meaning: 'the profile; `CRC8` is P01, `CSTM` is CRC32' }),
    data_id: parameter('uint32', 0, 'data id; 16 bits in P01'),
    crc_offset: parameter('uint64', 0, 'offset of the E2E header; in bytes for P01 and CRC32, in bits for the others'),
    data_length: parameter('uint16', 0, 'P01, P05: length of the data in bits'),
    counter_offset: parameter('uint16', 8, 'P01: offset of the counter in bits'),
    data_id_nibble_offset: parameter('uint16', 12, 'P01: offset of the nibble of the data id in bits'),
    data_id_mode: parameter('uint16', 0, 'P01: 0 both bytes of the data id, 1 alternating, 2 low, 3 low and nibble'),
    min_data_length: parameter('uint64', 0, 'P04, P07: least length of the data'),
    max_data_length: maximum('P04, P07: greatest length of the data'),
    max_delta_counter: maximum('P04, P05, P07: greatest step of the counter between two messages'),
  },
  { meaning: 'one protected event or method' },
)

type Parameters = Infer<typeof keys>

const protectionField = mapped(keys, (values, found, problems): Keyed<number, E2eProtection> | undefined => {
  const { service_id: serviceId, event_id: eventId, variant, profile } = values
  if (variant === undefined || profile === undefined) {
    return dropEntry(found, problems, 'a protection needs "variant" and "profile"')
  }
  const reportAll: Report = (kind, message) => {
    for (const one of found) problems.report(kind, atName(one), message)
  }
  const protects = variant !== 'checker'
  const checks = variant !== 'protector'
  const value = { serviceId, eventId, protects, checks, profile: toProfile(PROFILES[profile], values, reportAll) }
  return { key: serviceInstanceKey(serviceId, eventId), value, found }
})

export const e2eField: Field<E2eConfiguration> = mapped(
  object(
    {
      e2e_enabled: mapped(
        every(flag({ default: false, meaning: 'whether messages are protected; one `true` is enough' })),
        (flags) => flags.includes(true),
      ),
      protected: list(protectionField, { meaning: 'what is protected; the last one of an id counts' }),
    },
    { meaning: 'end-to-end protection' },
  ),
  (values, _found, problems) => ({
    enabled: values.e2e_enabled,
    protections: [...toMap(values.protected, 'last', problems).values()],
  }),
)

type Report = (kind: ProblemKind, message: string) => void

function toProfile(name: E2eProfile['name'], values: Parameters, report: Report): E2eProfile {
  switch (name) {
    case 'P01':
      return {
        name,
        dataId: to16Bits('data_id', values.data_id, report),
        crcOffsetBytes: to16Bits('crc_offset', values.crc_offset, report),
        dataLengthBits: values.data_length,
        counterOffsetBits: values.counter_offset,
        dataIdNibbleOffsetBits: values.data_id_nibble_offset,
        dataIdMode: values.data_id_mode,
      }
    case 'CRC32':
      return { name, crcOffsetBytes: to16Bits('crc_offset', values.crc_offset, report) }
    case 'P05':
      return {
        name,
        dataId: values.data_id,
        dataLengthBits: values.data_length,
        offsetBytes: toBytes('crc_offset', values.crc_offset, report),
        maxDeltaCounter: to16Bits('max_delta_counter', values.max_delta_counter ?? 0xffff, report),
      }
    case 'P04':
      return { name, ...toLengthChecked(values, 0xffff, report) }
    case 'P07':
      return { name, ...toLengthChecked(values, 0xffff_ffff, report) }
  }
}

function toLengthChecked(values: Parameters, most: 0xffff | 0xffff_ffff, report: Report): LengthCheckedProfile {
  const delta = values.max_delta_counter ?? most
  return {
    dataId: values.data_id,
    offsetBytes: toBytes('crc_offset', values.crc_offset, report),
    minDataLength: values.min_data_length,
    maxDataLength: values.max_data_length ?? most,
    maxDeltaCounter: most === 0xffff ? to16Bits('max_delta_counter', delta, report) : delta,
  }
}

/** A parameter that has 16 bits in some profiles only. */
function to16Bits(key: string, value: number, report: Report): number {
  if (value <= 0xffff) return value
  report('number-overflow', `"${key}" ${value} does not fit 16 bits in this profile; 65535 is used`)
  return 0xffff
}

function toBytes(key: string, bits: number, report: Report): number {
  const bytes = Math.floor(bits / 8)
  if (bits % 8 !== 0) {
    report('adjusted-value', `"${key}" ${bits} is in bits and not a multiple of 8; ${bytes * 8} is used`)
  }
  return bytes
}
