import type { DnsMessage } from './dns-message.ts'
import { isSameName } from './dns-name.ts'
import { DNS_TYPE, type DnsRecord, dataOf, isSameData } from './dns-record.ts'
import type { ServiceRecords } from './records.ts'

/** Whose name somebody else has. */
export type Conflict = 'instance' | 'host'

/** What a response says that is not so if our records are [RFC 6762 9]. */
export function conflictIn({ answers, additionals }: DnsMessage, records: ServiceRecords): Conflict | undefined {
  const told = [...answers, ...additionals].filter(({ ttl }) => ttl > 0)
  if (told.some((record) => isOtherServer(record, records.server))) return 'instance'
  const { addresses } = records
  const host = records.server.target
  const theirs = told.filter(({ type, name }) => isAddress(type) && isSameName(name, host))
  return theirs.some((record) => !addresses.some((ours) => isSameData(record, ours))) ? 'host' : undefined
}

/**
 * Whether somebody who is about to take the same name is to have it: the one whose record comes later in order is
 * [RFC 6762 8.2].
 */
export function losesTo({ authorities }: DnsMessage, { server }: ServiceRecords): boolean {
  return authorities.some(
    (record) =>
      record.type === DNS_TYPE.SRV &&
      isSameName(record.name, server.name) &&
      Buffer.compare(dataOf(record), dataOf(server)) > 0,
  )
}

function isOtherServer(record: DnsRecord, ours: ServiceRecords['server']): boolean {
  if (record.type !== DNS_TYPE.SRV || !isSameName(record.name, ours.name)) return false
  return record.port !== ours.port || !isSameName(record.target, ours.target)
}

function isAddress(type: number): boolean {
  return type === DNS_TYPE.A || type === DNS_TYPE.AAAA
}
