import { isIPv4, isIPv6 } from 'node:net'
import { ByteReader, ByteWriter } from '@opensovd/base/bytes'
import { type DnsName, readName, writeName } from './dns-name.ts'

/** Types of records (RFC 1035, RFC 2782, RFC 3596); `ANY` is for questions. */
export const DNS_TYPE = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, ANY: 255 } as const

export type DnsRecord = {
  readonly name: DnsName
  /** Seconds that it may be remembered; 0 when it is not so any more. */
  readonly ttl: number
  /** Whether this takes the place of all that was told of the name and type before [RFC 6762 10.2]. */
  readonly flush: boolean
} & (
  | { readonly type: typeof DNS_TYPE.A | typeof DNS_TYPE.AAAA; readonly address: string }
  | { readonly type: typeof DNS_TYPE.PTR; readonly target: DnsName }
  | ({ readonly type: typeof DNS_TYPE.SRV } & DnsServer)
  | { readonly type: typeof DNS_TYPE.TXT; readonly texts: readonly string[] }
)

export interface DnsServer {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: DnsName
}

export const CLASS_IN = 1
/** Shares the field with the class. */
const FLUSH_BIT = 0x8000

/** @throws RangeError for what does not fit a field, and for an address that is none */
export function writeRecord(to: ByteWriter, record: DnsRecord): void {
  writeName(to, record.name)
  to.u16(record.type)
    .u16(CLASS_IN | (record.flush ? FLUSH_BIT : 0))
    .u32(record.ttl)
  const data = dataOf(record)
  to.u16(data.length).bytes(data)
}

/** What a record says, as it is sent without compression. */
export function dataOf(record: DnsRecord): Uint8Array {
  const to = new ByteWriter()
  switch (record.type) {
    case DNS_TYPE.A:
      to.bytes(bytesOfIpv4(record.address))
      break
    case DNS_TYPE.AAAA:
      for (const group of groupsOfIpv6(record.address)) to.u16(group)
      break
    case DNS_TYPE.PTR:
      writeName(to, record.target)
      break
    case DNS_TYPE.SRV:
      to.u16(record.priority).u16(record.weight).u16(record.port)
      writeName(to, record.target)
      break
    case DNS_TYPE.TXT:
      writeTexts(to, record.texts)
  }
  return to.finish()
}

/** Whether two records say the same of one name. */
export function isSameData(a: DnsRecord, b: DnsRecord): boolean {
  return a.type === b.type && Buffer.compare(dataOf(a), dataOf(b)) === 0
}

/** Reads a record; undefined for one of another type or class. */
export function readRecord(from: ByteReader, message: Uint8Array): DnsRecord | undefined {
  const name = readName(from, message)
  const type = from.u16()
  const classAndFlush = from.u16()
  const ttl = from.u32()
  const data = new ByteReader(from.bytes(from.u16()), `DNS record of type ${type}`)
  if ((classAndFlush & ~FLUSH_BIT) !== CLASS_IN) return undefined
  const common = { name, ttl, flush: (classAndFlush & FLUSH_BIT) !== 0 }
  switch (type) {
    case DNS_TYPE.A:
      return { ...common, type, address: data.bytes(4).join('.') }
    case DNS_TYPE.AAAA:
      return { ...common, type, address: readIpv6(data) }
    case DNS_TYPE.PTR:
      return { ...common, type, target: readName(data, message) }
    case DNS_TYPE.SRV: {
      const server = { priority: data.u16(), weight: data.u16(), port: data.u16() }
      return { ...common, type, ...server, target: readName(data, message) }
    }
    case DNS_TYPE.TXT:
      return { ...common, type, texts: readTexts(data) }
    default:
      return undefined
  }
}

/** Where there is no text, there is an empty one [RFC 6763 6.1]. */
function writeTexts(to: ByteWriter, texts: readonly string[]): void {
  for (const text of texts.length > 0 ? texts : ['']) {
    const bytes = new TextEncoder().encode(text)
    to.u8(bytes.length).bytes(bytes)
  }
}

function readTexts(data: ByteReader): readonly string[] {
  const texts: string[] = []
  while (data.remaining > 0) texts.push(new TextDecoder().decode(data.bytes(data.u8())))
  return texts.filter((text) => text !== '')
}

function bytesOfIpv4(address: string): Uint8Array {
  if (!isIPv4(address)) throw new RangeError(`"${address}" is no IPv4 address`)
  return Uint8Array.from(address.split('.'), Number)
}

function groupsOfIpv6(address: string): readonly number[] {
  if (!isIPv6(address) || address.includes('%')) throw new RangeError(`"${address}" is no IPv6 address`)
  const groupsIn = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const [head = '', tail = ''] = canonicalIpv6(address).split('::')
  const [first, last] = [groupsIn(head), groupsIn(tail)]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}

function readIpv6(data: ByteReader): string {
  return canonicalIpv6(Array.from({ length: 8 }, () => data.u16().toString(16)).join(':'))
}

/** Only hexadecimal groups, zeros as `::` [RFC 5952]. */
function canonicalIpv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}
