import type { Answer, Packet, SrvData } from 'dns-packet'
import { isSameName, type ServiceRecords } from './records.ts'

/** Whose name somebody else has. */
export type Conflict = 'instance' | 'host'

/** What a response says that is not so if our records are [RFC 6762 9]. */
export function conflictIn({ answers = [], additionals = [] }: Packet, records: ServiceRecords): Conflict | undefined {
  const told = [...answers, ...additionals].filter((record) => !('ttl' in record) || Number(record.ttl) > 0)
  if (told.some((record) => record.type === 'SRV' && isOtherServer(record, records.server))) return 'instance'
  const host = records.addresses[0]?.name
  const theirs = told.filter(({ type, name }) => isAddress(type) && host !== undefined && isSameName(name, host))
  const ours = new Set(records.addresses.map(dataOf))
  return theirs.some((record) => !ours.has(dataOf(record))) ? 'host' : undefined
}

/**
 * Whether somebody who is about to take the same name is to have it: the one whose record comes later in order is
 * [RFC 6762 8.2].
 */
export function losesTo({ authorities = [] }: Packet, records: ServiceRecords): boolean {
  const { server } = records
  return authorities.some(
    (record) =>
      record.type === 'SRV' &&
      isSameName(record.name, server.name) &&
      server.type === 'SRV' &&
      Buffer.compare(orderOf(record.data), orderOf(server.data)) > 0,
  )
}

function isOtherServer(record: Answer, ours: Answer): boolean {
  if (record.type !== 'SRV' || ours.type !== 'SRV' || !isSameName(record.name, ours.name)) return false
  return record.data.port !== ours.data.port || !isSameName(record.data.target, ours.data.target)
}

function isAddress(type: string): boolean {
  return type === 'A' || type === 'AAAA'
}

function dataOf(record: Answer): string {
  return 'data' in record ? String(record.data) : ''
}

/** The data of a record as they are sent, without compression. */
function orderOf({ priority = 0, weight = 0, port, target }: SrvData): Buffer {
  const head = Buffer.alloc(6)
  head.writeUInt16BE(priority, 0)
  head.writeUInt16BE(weight, 2)
  head.writeUInt16BE(port, 4)
  const labels = target
    .split('.')
    .map((label) => Buffer.concat([Buffer.of(Buffer.byteLength(label)), Buffer.from(label)]))
  return Buffer.concat([head, ...labels, Buffer.of(0)])
}
