import { isIPv4 } from 'node:net'
import type { Answer, Packet, Question } from 'dns-packet'
import { instanceName, type Service } from './service.ts'

/** Seconds that others may remember what has to do with a host, and all else [RFC 6762 10]. */
const HOST_TTL = 120
const OTHER_TTL = 4500
/** The name that lists the types of services [RFC 6763 9]. */
const ALL_TYPES = '_services._dns-sd._udp.local'

export interface ServiceRecords {
  readonly types: Answer
  readonly pointer: Answer
  readonly server: Answer
  readonly text: Answer
  readonly addresses: readonly Answer[]
}

/** The records of a service on a link where its host has these addresses. */
export function recordsOf(service: Service, addresses: readonly string[]): ServiceRecords {
  const { type, host, port, txt } = service
  const name = instanceName(service)
  return {
    types: { type: 'PTR', name: ALL_TYPES, ttl: OTHER_TTL, data: type },
    pointer: { type: 'PTR', name: type, ttl: OTHER_TTL, data: name },
    server: { type: 'SRV', name, ttl: HOST_TTL, flush: true, data: { priority: 0, weight: 0, port, target: host } },
    text: { type: 'TXT', name, ttl: OTHER_TTL, flush: true, data: [...txt(host)] },
    addresses: addresses.map(
      (data): Answer => ({ type: isIPv4(data) ? 'A' : 'AAAA', name: host, ttl: HOST_TTL, flush: true, data }),
    ),
  }
}

export function allOf({ types, pointer, server, text, addresses }: ServiceRecords): readonly Answer[] {
  return [types, pointer, server, text, ...addresses]
}

export interface Reply {
  readonly answers: Answer[]
  readonly additionals: Answer[]
}

/** What a query is answered with, without what the asker says to know; `undefined` when that is nothing. */
export function replyTo({ questions = [], answers: known = [] }: Packet, records: ServiceRecords): Reply | undefined {
  const wanted = allOf(records).filter(
    (record) =>
      questions.some((question) => asksFor(question, record)) && !known.some((each) => isKnownAs(each, record)),
  )
  if (wanted.length === 0) return undefined
  const { pointer, server, text, addresses } = records
  const more = new Set<Answer>()
  if (wanted.includes(pointer)) for (const record of [server, text, ...addresses]) more.add(record)
  if (wanted.includes(server)) for (const record of addresses) more.add(record)
  return { answers: wanted, additionals: [...more].filter((record) => !wanted.includes(record)) }
}

function asksFor({ name, type }: Question, record: Answer): boolean {
  return isSameName(name, record.name) && (record.type === type || String(type) === 'ANY')
}

/** [RFC 6762 7.1] What is known for less than half its time is told again. */
function isKnownAs(known: Answer, record: Answer): boolean {
  if (!('ttl' in known) || !('ttl' in record) || !('data' in known) || !('data' in record)) return false
  const isSame = known.type === record.type && isSameName(known.name, record.name)
  return isSame && String(known.data) === String(record.data) && Number(known.ttl) >= Number(record.ttl) / 2
}

/** Who asks from another port than that of mDNS knows nothing of flush bits and long times [RFC 6762 6.7]. */
export function forLegacy(record: Answer): Answer {
  return 'ttl' in record ? { ...record, ttl: Math.min(10, Number(record.ttl)), flush: false } : record
}

/** What tells that a service is gone; its host is still there, and others may be on it [RFC 6762 10.1]. */
export function goodbyeOf({ pointer, server, text }: ServiceRecords): readonly Answer[] {
  return [pointer, server, text].map((record) => ({ ...record, ttl: 0 }))
}

/** Names differ in more than the case of their letters [RFC 6762 16]. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
