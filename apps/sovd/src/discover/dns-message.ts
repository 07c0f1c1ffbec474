import { ByteReader, ByteWriter, DecodeError } from '@opensovd/base/bytes'

/** Types of DNS records (RFC 1035, RFC 2782, RFC 3596). */
export const DNS_TYPE = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, ANY: 255 } as const

/** A name as its labels: those of service instances may have dots and spaces in them. */
export type DnsName = readonly string[]

export type DnsRecord = { readonly name: DnsName } & (
  | { readonly type: typeof DNS_TYPE.A | typeof DNS_TYPE.AAAA; readonly address: string }
  | { readonly type: typeof DNS_TYPE.PTR; readonly target: DnsName }
  | { readonly type: typeof DNS_TYPE.SRV; readonly target: DnsName; readonly port: number }
  | { readonly type: typeof DNS_TYPE.TXT; readonly texts: readonly string[] }
)

const CLASS_IN = 1
/** The cache-flush bit of RFC 6762 10.2 shares the field with the class. */
const CLASS_MASK = 0x7fff
const RESPONSE_FLAG = 0x8000
const MAX_RECORDS = 1000
const MAX_LABELS = 128
const POINTER = 0xc0

/** A query for the records of one name. */
export function encodeQuery(id: number, name: DnsName, type: number): Uint8Array {
  const to = new ByteWriter().u16(id).u16(0).u16(1).u16(0).u16(0).u16(0)
  for (const label of name) {
    const bytes = new TextEncoder().encode(label)
    if (bytes.length === 0 || bytes.length > 63) throw new RangeError(`a DNS label of ${bytes.length} bytes`)
    to.u8(bytes.length).bytes(bytes)
  }
  return to.u8(0).u16(type).u16(CLASS_IN).finish()
}

/**
 * The records of a response that have one of the types above, wherever in it they are; none of a query.
 * @throws DecodeError for what is no DNS message
 */
export function decodeRecords(message: Uint8Array): readonly DnsRecord[] {
  const from = new ByteReader(message, 'DNS message')
  from.u16()
  const flags = from.u16()
  const questions = from.u16()
  const records = from.u16() + from.u16() + from.u16()
  if ((flags & RESPONSE_FLAG) === 0) return []
  if (questions + records > MAX_RECORDS) throw new DecodeError('DNS message', `${questions + records} records`)
  for (let count = 0; count < questions; count++) {
    readName(from, message)
    from.u32()
  }
  const known: DnsRecord[] = []
  for (let count = 0; count < records; count++) {
    const record = readRecord(from, message)
    if (record) known.push(record)
  }
  return known
}

function readRecord(from: ByteReader, message: Uint8Array): DnsRecord | undefined {
  const name = readName(from, message)
  const type = from.u16()
  const dnsClass = from.u16() & CLASS_MASK
  from.u32()
  const data = new ByteReader(from.bytes(from.u16()), `DNS record of type ${type}`)
  if (dnsClass !== CLASS_IN) return undefined
  switch (type) {
    case DNS_TYPE.A:
      return { name, type, address: data.bytes(4).join('.') }
    case DNS_TYPE.AAAA:
      return { name, type, address: ipv6Of(data) }
    case DNS_TYPE.PTR:
      return { name, type, target: readName(data, message) }
    case DNS_TYPE.SRV: {
      data.u32()
      const port = data.u16()
      return { name, type, port, target: readName(data, message) }
    }
    case DNS_TYPE.TXT:
      return { name, type, texts: readTexts(data) }
    default:
      return undefined
  }
}

/** Names may end with a pointer to an earlier name [RFC 1035 4.1.4]. */
function readName(from: ByteReader, message: Uint8Array): DnsName {
  const labels: string[] = []
  let at = from
  let earliest = message.length
  while (labels.length <= MAX_LABELS) {
    const length = at.u8()
    if (length === 0) return labels
    if (length < POINTER) {
      if (length > 63) throw new DecodeError('DNS name', `a label type 0x${length.toString(16)}`)
      labels.push(textOf(at.bytes(length)))
      continue
    }
    const target = ((length & ~POINTER) << 8) | at.u8()
    if (target >= earliest) throw new DecodeError('DNS name', `a pointer to ${target}, which is not before it`)
    earliest = target
    at = new ByteReader(message.subarray(target), 'DNS name')
  }
  throw new DecodeError('DNS name', `more than ${MAX_LABELS} labels`)
}

function readTexts(data: ByteReader): readonly string[] {
  const texts: string[] = []
  while (data.remaining > 0) texts.push(textOf(data.bytes(data.u8())))
  return texts.filter((text) => text !== '')
}

function ipv6Of(data: ByteReader): string {
  const groups = Array.from({ length: 8 }, () => data.u16().toString(16)).join(':')
  return new URL(`http://[${groups}]`).hostname.slice(1, -1)
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
