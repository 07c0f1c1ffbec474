import { ByteReader, ByteWriter, DecodeError } from '@opensovd/base/bytes'
import { type DnsName, readName, writeName } from './dns-name.ts'
import { CLASS_IN, type DnsRecord, readRecord, writeRecord } from './dns-record.ts'

export interface DnsQuestion {
  readonly name: DnsName
  /** Of the records that are wanted. */
  readonly type: number
}

export interface DnsMessage {
  readonly kind: 'query' | 'response'
  /** 0 in messages to everybody [RFC 6762 18.1]. */
  readonly id: number
  readonly questions: readonly DnsQuestion[]
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
}

/** A message to send; what is left out is 0 or empty. */
export type NewDnsMessage = Pick<DnsMessage, 'kind'> & Partial<DnsMessage>

const LAYER = 'DNS message'
const RESPONSE = 0x8000
const AUTHORITATIVE = 0x0400
/** Operation and response codes, which are 0 in mDNS [RFC 6762 18.3, 18.11]. */
const CODES_MASK = 0x780f
/** The upper bit asks for an answer to the asker alone [RFC 6762 5.4], which is for the answerer to decide. */
const CLASS_MASK = 0x7fff
const CLASS_ANY = 255
const MAX_RECORDS = 1000

/** @throws RangeError for what does not fit a field */
export function encodeMessage(message: NewDnsMessage): Uint8Array {
  const { kind, id = 0, questions = [], answers = [], authorities = [], additionals = [] } = message
  const to = new ByteWriter().u16(id).u16(kind === 'response' ? RESPONSE | AUTHORITATIVE : 0)
  for (const { length } of [questions, answers, authorities, additionals]) to.u16(length)
  for (const { name, type } of questions) {
    writeName(to, name)
    to.u16(type).u16(CLASS_IN)
  }
  for (const record of [...answers, ...authorities, ...additionals]) writeRecord(to, record)
  return to.finish()
}

/**
 * Reads a message, without the records of types that are none of `DNS_TYPE`.
 * @throws DecodeError for what is no DNS message, or one that mDNS is to ignore
 */
export function decodeMessage(bytes: Uint8Array): DnsMessage {
  const from = new ByteReader(bytes, LAYER)
  const id = from.u16()
  const flags = from.u16()
  if ((flags & CODES_MASK) !== 0) throw new DecodeError(LAYER, `the codes 0x${(flags & CODES_MASK).toString(16)}`)
  const counts = { questions: from.u16(), answers: from.u16(), authorities: from.u16(), additionals: from.u16() }
  const total = Object.values(counts).reduce((sum, count) => sum + count)
  if (total > MAX_RECORDS) throw new DecodeError(LAYER, `${total} records, at most ${MAX_RECORDS}`)
  return {
    kind: (flags & RESPONSE) === 0 ? 'query' : 'response',
    id,
    questions: readAll(counts.questions, () => readQuestion(from, bytes)),
    answers: readAll(counts.answers, () => readRecord(from, bytes)),
    authorities: readAll(counts.authorities, () => readRecord(from, bytes)),
    additionals: readAll(counts.additionals, () => readRecord(from, bytes)),
  }
}

function readQuestion(from: ByteReader, message: Uint8Array): DnsQuestion | undefined {
  const name = readName(from, message)
  const type = from.u16()
  const dnsClass = from.u16() & CLASS_MASK
  return dnsClass === CLASS_IN || dnsClass === CLASS_ANY ? { name, type } : undefined
}

function readAll<T>(count: number, read: () => T | undefined): readonly T[] {
  return Array.from({ length: count }, read).filter((each) => each !== undefined)
}
