import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { type Answer, decode as peerDecode, encode as peerEncode } from 'dns-packet'
import { decodeMessage, encodeMessage, type NewDnsMessage } from './dns-message.ts'
import { keyOf, nameOf } from './dns-name.ts'
import { DNS_TYPE, type DnsRecord, isSameData } from './dns-record.ts'
import { QUERY, RESPONSE } from './testing/recorded.ts'

const TYPE = ['_sovd', '_tcp', 'local']
const INSTANCE = ['Gate Way', ...TYPE]
const HOST = ['gateway', 'local']
const HEADER = '000084000000000100000000'

test('the query is the one of RFC 1035', () => {
  const questions = [{ name: TYPE, type: DNS_TYPE.PTR }]
  assert.equal(toHex(encodeMessage({ kind: 'query', id: 0x1234, questions })), QUERY)
  const none = { answers: [], authorities: [], additionals: [] }
  assert.deepEqual(decodeMessage(fromHex(QUERY)), { kind: 'query', id: 0x1234, questions, ...none })
})

test('a response of python-zeroconf is read, compressed names too', () => {
  const [known, long] = [
    { ttl: 120, flush: false },
    { ttl: 4500, flush: false },
  ]
  assert.deepEqual(decodeMessage(fromHex(RESPONSE)), {
    kind: 'response',
    id: 0x1234,
    questions: [{ name: TYPE, type: 12 }],
    answers: [{ name: TYPE, type: 12, ...long, target: INSTANCE }],
    authorities: [],
    additionals: [
      { name: INSTANCE, type: 16, ...long, texts: ['path=/vehicle/v1', 'identification=W0L000043MB541326'] },
      { name: HOST, type: 1, ...known, address: '10.99.0.1' },
      { name: INSTANCE, type: 33, ...known, priority: 0, weight: 0, port: 7690, target: HOST },
    ],
  })
})

const common = { ttl: 120, flush: true }
const RECORDS: readonly DnsRecord[] = [
  { ...common, type: DNS_TYPE.PTR, name: TYPE, ttl: 4500, flush: false, target: INSTANCE },
  { ...common, type: DNS_TYPE.SRV, name: INSTANCE, priority: 1, weight: 2, port: 7690, target: HOST },
  { ...common, type: DNS_TYPE.TXT, name: INSTANCE, texts: ['a=1', 'Fahrzeug=grün'] },
  { ...common, type: DNS_TYPE.A, name: HOST, address: '192.0.2.1' },
  { ...common, type: DNS_TYPE.AAAA, name: HOST, address: '2001:db8::1' },
]

/** What RECORDS are in the words of dns-packet. */
const THEIRS: Answer[] = [
  { type: 'PTR', name: '_sovd._tcp.local', ttl: 4500, flush: false, data: 'Gate Way._sovd._tcp.local' },
  {
    type: 'SRV',
    name: 'Gate Way._sovd._tcp.local',
    ttl: 120,
    flush: true,
    data: { priority: 1, weight: 2, port: 7690, target: 'gateway.local' },
  },
  {
    type: 'TXT',
    name: 'Gate Way._sovd._tcp.local',
    ttl: 120,
    flush: true,
    data: [Buffer.from('a=1'), Buffer.from('Fahrzeug=grün')],
  },
  { type: 'A', name: 'gateway.local', ttl: 120, flush: true, data: '192.0.2.1' },
  { type: 'AAAA', name: 'gateway.local', ttl: 120, flush: true, data: '2001:db8::1' },
]

test('dns-packet reads what is written', () => {
  const message: NewDnsMessage = {
    kind: 'response',
    id: 7,
    answers: RECORDS.slice(0, 3),
    authorities: RECORDS.slice(3, 4),
    additionals: RECORDS.slice(4),
  }
  const { type, id, flag_aa, answers, authorities, additionals } = peerDecode(Buffer.from(encodeMessage(message)))
  assert.deepEqual([type, id, flag_aa], ['response', 7, true])
  const shown = [answers, authorities, additionals].map((records) =>
    records?.map((record) => ({ ...record, class: undefined })),
  )
  const expected = THEIRS.map((record) => ({ ...record, class: undefined }))
  assert.deepEqual(shown, [expected.slice(0, 3), expected.slice(3, 4), expected.slice(4)])
})

test('what dns-packet writes is read', () => {
  const bytes = peerEncode({ type: 'response', id: 9, answers: THEIRS })
  assert.deepEqual(decodeMessage(bytes).answers, RECORDS)
})

test('IPv6 addresses are written as RFC 5952 wants it, however they came', () => {
  const aaaa = `${HEADER}016100001c000100000078001020010db8000000000000000000000001`
  const [record] = decodeMessage(fromHex(aaaa)).answers
  assert.deepEqual(record, { name: ['a'], type: 28, ttl: 120, flush: false, address: '2001:db8::1' })
  for (const address of ['2001:db8::1', '2001:DB8:0:0::1', '2001:db8::0.0.0.1']) {
    const answers: DnsRecord[] = [{ name: ['a'], type: DNS_TYPE.AAAA, ttl: 120, flush: false, address }]
    assert.equal(toHex(encodeMessage({ kind: 'response', answers })), aaaa, address)
  }
})

test('a text record without texts has an empty one [RFC 6763 6.1]', () => {
  const answers: DnsRecord[] = [{ name: ['a'], type: DNS_TYPE.TXT, ttl: 1, flush: false, texts: [] }]
  assert.equal(toHex(encodeMessage({ kind: 'response', answers })), `${HEADER}0161000010000100000001000100`)
})

test('what fits no field is not written', () => {
  const record = { name: ['a'], ttl: 1, flush: false }
  const answer = (more: object) => () => encodeMessage({ kind: 'response', answers: [{ ...record, ...more } as never] })
  assert.throws(answer({ type: DNS_TYPE.A, address: '2001:db8::1' }), RangeError)
  assert.throws(answer({ type: DNS_TYPE.AAAA, address: 'fe80::1%eth0' }), RangeError)
  assert.throws(answer({ type: DNS_TYPE.TXT, texts: ['x'.repeat(256)] }), RangeError)
  assert.throws(answer({ type: DNS_TYPE.PTR, target: ['x'.repeat(64)] }), RangeError)
  assert.throws(answer({ type: DNS_TYPE.PTR, target: [''] }), RangeError)
})

test('every truncation is refused, and so is a name that points at itself', () => {
  const bytes = fromHex(RESPONSE)
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeMessage(bytes.subarray(0, length)), { code: 'DECODE' }, String(length))
  }
  assert.throws(() => decodeMessage(fromHex(`${HEADER}c00c000c000100000000 0000`)), /pointer to 12/)
})

test('what mDNS is to ignore is refused [RFC 6762 18.3, 18.11]', () => {
  assert.throws(() => decodeMessage(fromHex('000028000000000000000000')), { code: 'DECODE' })
  assert.throws(() => decodeMessage(fromHex('000084030000000000000000')), { code: 'DECODE' })
})

test('records of other classes are left out, and questions for an answer to the asker alone are not', () => {
  const chaos = `${HEADER}0161000001000300000078000400000000`
  assert.deepEqual(decodeMessage(fromHex(chaos)).answers, [])
  const unicast = `${QUERY.slice(0, -4)}8001`
  assert.deepEqual(decodeMessage(fromHex(unicast)).questions, [{ name: TYPE, type: DNS_TYPE.PTR }])
})

test('names are the same in any case, and only with the same labels', () => {
  assert.equal(keyOf(nameOf('_SOVD._tcp.Local')), keyOf(TYPE))
  assert.notEqual(keyOf(['a.b', 'local']), keyOf(['a', 'b', 'local']))
})

test('records say the same only with the same data', () => {
  for (const a of RECORDS) for (const b of RECORDS) assert.equal(isSameData(a, { ...b, ttl: 1 }), a === b)
  const server = RECORDS[1]
  assert.ok(server?.type === DNS_TYPE.SRV && !isSameData(server, { ...server, port: 1 }))
})
