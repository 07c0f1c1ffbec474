import { isIPv4 } from 'node:net'
import type { DnsMessage, DnsQuestion } from './dns-message.ts'
import { type DnsName, isSameName, nameOf } from './dns-name.ts'
import { DNS_TYPE, type DnsRecord, isSameData } from './dns-record.ts'
import { instanceName, type Service } from './service.ts'

/** Seconds that others may remember what has to do with a host, and all else [RFC 6762 10]. */
const HOST_TTL = 120
const OTHER_TTL = 4500
/** The name that lists the types of services [RFC 6763 9]. */
const ALL_TYPES = nameOf('_services._dns-sd._udp.local')

export interface ServiceRecords {
  readonly types: DnsRecord
  readonly pointer: DnsRecord
  readonly server: DnsRecord & { readonly type: typeof DNS_TYPE.SRV }
  readonly text: DnsRecord
  readonly addresses: readonly DnsRecord[]
}

/** The records of a service on a link where its host has these addresses. */
export function recordsOf(service: Service, addresses: readonly string[]): ServiceRecords {
  const { port, txt } = service
  const [name, type, host] = [instanceName(service), nameOf(service.type), nameOf(service.host)]
  const shared = (name: DnsName, target: DnsName) =>
    ({ type: DNS_TYPE.PTR, name, ttl: OTHER_TTL, flush: false, target }) as const
  const server = { priority: 0, weight: 0, port, target: host }
  return {
    types: shared(ALL_TYPES, type),
    pointer: shared(type, name),
    server: { type: DNS_TYPE.SRV, name, ttl: HOST_TTL, flush: true, ...server },
    text: { type: DNS_TYPE.TXT, name, ttl: OTHER_TTL, flush: true, texts: txt(service.host) },
    addresses: addresses.map((address) => {
      const type = isIPv4(address) ? DNS_TYPE.A : DNS_TYPE.AAAA
      return { type, name: host, ttl: HOST_TTL, flush: true, address }
    }),
  }
}

export function allOf({ types, pointer, server, text, addresses }: ServiceRecords): readonly DnsRecord[] {
  return [types, pointer, server, text, ...addresses]
}

export type Reply = Pick<DnsMessage, 'answers' | 'additionals'>

/** What a query is answered with, without what the asker says to know; `undefined` when that is nothing. */
export function replyTo({ questions, answers: known }: DnsMessage, records: ServiceRecords): Reply | undefined {
  const wanted = allOf(records).filter(
    (record) =>
      questions.some((question) => asksFor(question, record)) && !known.some((each) => isKnownAs(each, record)),
  )
  if (wanted.length === 0) return undefined
  const { pointer, server, text, addresses } = records
  const more = new Set<DnsRecord>()
  if (wanted.includes(pointer)) for (const record of [server, text, ...addresses]) more.add(record)
  if (wanted.includes(server)) for (const record of addresses) more.add(record)
  return { answers: wanted, additionals: [...more].filter((record) => !wanted.includes(record)) }
}

function asksFor({ name, type }: DnsQuestion, record: DnsRecord): boolean {
  return (type === record.type || type === DNS_TYPE.ANY) && isSameName(name, record.name)
}

/** [RFC 6762 7.1] What is known for less than half its time is told again. */
function isKnownAs(known: DnsRecord, record: DnsRecord): boolean {
  return known.ttl >= record.ttl / 2 && isSameName(known.name, record.name) && isSameData(known, record)
}

/** Who asks from another port than that of mDNS knows nothing of flush bits and long times [RFC 6762 6.7]. */
export function forLegacy(record: DnsRecord): DnsRecord {
  return { ...record, ttl: Math.min(10, record.ttl), flush: false }
}

/** What tells that a service is gone; its host is still there, and others may be on it [RFC 6762 10.1]. */
export function goodbyeOf({ pointer, server, text }: ServiceRecords): readonly DnsRecord[] {
  return [pointer, server, text].map((record) => ({ ...record, ttl: 0 }))
}
