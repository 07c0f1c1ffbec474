import { ByteReader, ByteWriter, DecodeError } from '@opensovd/base/bytes'
import { EncodeError } from '../../wire/encode-error.ts'
import { formatIpAddress, parseIpAddress } from '../../wire/ip-address.ts'
import { type ConfigurationItem, readConfigurationItems, writeConfigurationItems } from './configuration-items.ts'

/** Transport Protocol (L4-Proto) of an endpoint, as IANA numbers them. */
export const TRANSPORT_PROTOCOL = { TCP: 0x06, UDP: 0x11 } as const

export interface ConfigurationOption {
  readonly kind: 'configuration'
  readonly items: readonly ConfigurationItem[]
}
/** Like the fields of a DNS SRV record [feat_req_someipsd_174]. */
export interface LoadBalancingOption {
  readonly kind: 'load-balancing'
  readonly priority: number
  readonly weight: number
}
/** Read and written by vsomeip, which does nothing with it. */
export interface ProtectionOption {
  readonly kind: 'protection'
  readonly aliveCounter: number
  readonly crc: number
}
/**
 * An address and a port. `endpoint`: where the sender serves or receives; `multicast`: where a server sends events to;
 * `sd-endpoint`: where the sender's service discovery is.
 */
export interface AddressOption {
  readonly kind: 'endpoint' | 'multicast' | 'sd-endpoint'
  /** Canonical; an IPv6 one has a colon. */
  readonly address: string
  /** See `TRANSPORT_PROTOCOL`; other values are kept. */
  readonly protocol: number
  readonly port: number
}
/** Which clients of the host a subscription concerns; an option of vsomeip's own. */
export interface SelectiveOption {
  readonly kind: 'selective'
  readonly clientIds: readonly number[]
}
/** An option of a type that is not known. */
export interface UnknownOption {
  readonly kind: 'unknown'
  readonly type: number
  /** Receivers that do not know the type may act as if the option were not there. */
  readonly isDiscardable: boolean
  readonly content: Uint8Array
}
/** An option whose content does not fit its type. It exists only on receive: an entry that references it is flawed. */
export interface MalformedOption {
  readonly kind: 'malformed'
  readonly type: number
  readonly problem: string
}

export type SendableOption =
  | ConfigurationOption
  | LoadBalancingOption
  | ProtectionOption
  | AddressOption
  | SelectiveOption
  | UnknownOption
export type SdOption = SendableOption | MalformedOption

/** Values of the type field. */
export const OPTION_TYPE = {
  CONFIGURATION: 0x01,
  LOAD_BALANCING: 0x02,
  PROTECTION: 0x03,
  IPV4_ENDPOINT: 0x04,
  IPV6_ENDPOINT: 0x06,
  IPV4_MULTICAST: 0x14,
  IPV6_MULTICAST: 0x16,
  SELECTIVE: 0x20,
  IPV4_SD_ENDPOINT: 0x24,
  IPV6_SD_ENDPOINT: 0x26,
} as const

/** Bit 7 of the byte after the type. */
const DISCARDABLE_FLAG = 0x80
const IPV4_BYTES = 4
const IPV6_BYTES = 16

const ADDRESS_TYPES = {
  endpoint: { ipv4: OPTION_TYPE.IPV4_ENDPOINT, ipv6: OPTION_TYPE.IPV6_ENDPOINT },
  multicast: { ipv4: OPTION_TYPE.IPV4_MULTICAST, ipv6: OPTION_TYPE.IPV6_MULTICAST },
  'sd-endpoint': { ipv4: OPTION_TYPE.IPV4_SD_ENDPOINT, ipv6: OPTION_TYPE.IPV6_SD_ENDPOINT },
} as const

/** Reads what follows the byte after the type. */
type ContentReader = (from: ByteReader) => SdOption

const CONTENT_READERS = new Map<number, ContentReader>([
  [OPTION_TYPE.CONFIGURATION, (from) => ({ kind: 'configuration', items: readConfigurationItems(from) })],
  [OPTION_TYPE.LOAD_BALANCING, (from) => ({ kind: 'load-balancing', priority: from.u16(), weight: from.u16() })],
  [OPTION_TYPE.PROTECTION, (from) => ({ kind: 'protection', aliveCounter: from.u32(), crc: from.u32() })],
  [OPTION_TYPE.SELECTIVE, readSelective],
  ...(['endpoint', 'multicast', 'sd-endpoint'] as const).flatMap((kind): [number, ContentReader][] => [
    [ADDRESS_TYPES[kind].ipv4, (from) => readAddress(from, kind, IPV4_BYTES)],
    [ADDRESS_TYPES[kind].ipv6, (from) => readAddress(from, kind, IPV6_BYTES)],
  ]),
])

/**
 * Reads one option. Content that does not fit the type makes a malformed option, so that the options after it keep
 * their indices.
 * @throws DecodeError when the option does not end within `from`
 */
export function readOption(from: ByteReader): SdOption {
  const length = from.u16()
  const type = from.u8()
  const content = new ByteReader(from.bytes(length), `SD option 0x${type.toString(16).padStart(2, '0')}`)
  try {
    const flags = content.u8()
    const readContent = CONTENT_READERS.get(type)
    if (readContent === undefined) {
      const isDiscardable = (flags & DISCARDABLE_FLAG) !== 0
      return { kind: 'unknown', type, isDiscardable, content: content.bytes().slice() }
    }
    const option = readContent(content)
    content.end()
    return option
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { kind: 'malformed', type, problem: error.message }
  }
}

/** The bytes of one option. @throws EncodeError or RangeError when a value does not fit its field */
export function encodeOption(option: SendableOption): Uint8Array {
  const content = new ByteWriter()
  const { type, flags } = writeContent(content, option)
  const bytes = content.finish()
  if (bytes.length > 0xfffe) throw new EncodeError(option.kind, `${bytes.length} bytes, at most 65534 allowed`)
  const LENGTH_OF_FLAGS = 1
  return new ByteWriter()
    .u16(LENGTH_OF_FLAGS + bytes.length)
    .u8(type)
    .u8(flags)
    .bytes(bytes)
    .finish()
}

function writeContent(to: ByteWriter, option: SendableOption): { type: number; flags: number } {
  switch (option.kind) {
    case 'configuration':
      writeConfigurationItems(to, option.items)
      return { type: OPTION_TYPE.CONFIGURATION, flags: 0 }
    case 'load-balancing':
      to.u16(option.priority).u16(option.weight)
      return { type: OPTION_TYPE.LOAD_BALANCING, flags: 0 }
    case 'protection':
      to.u32(option.aliveCounter).u32(option.crc)
      return { type: OPTION_TYPE.PROTECTION, flags: 0 }
    case 'selective':
      for (const clientId of option.clientIds) to.u16(clientId)
      return { type: OPTION_TYPE.SELECTIVE, flags: 0 }
    case 'unknown':
      to.bytes(option.content)
      return { type: option.type, flags: option.isDiscardable ? DISCARDABLE_FLAG : 0 }
    default:
      return { type: writeAddress(to, option), flags: 0 }
  }
}

function readAddress(from: ByteReader, kind: AddressOption['kind'], addressBytes: number): AddressOption {
  const address = formatIpAddress(from.bytes(addressBytes))
  from.u8() // Reserved
  return { kind, address, protocol: from.u8(), port: from.u16() }
}

function writeAddress(to: ByteWriter, { kind, address, protocol, port }: AddressOption): number {
  const bytes = parseIpAddress(address)
  if (bytes === undefined) throw new EncodeError(`${kind}.address`, `'${address}' is not an IP address`)
  const RESERVED = 0
  to.bytes(bytes).u8(RESERVED).u8(protocol).u16(port)
  return ADDRESS_TYPES[kind][bytes.length === IPV4_BYTES ? 'ipv4' : 'ipv6']
}

function readSelective(from: ByteReader): SelectiveOption {
  const clientIds: number[] = []
  while (from.remaining > 0) clientIds.push(from.u16())
  return { kind: 'selective', clientIds }
}
