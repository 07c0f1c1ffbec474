import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { Announcement } from './announcement.ts'
import type { DnsMessage, NewDnsMessage } from './dns-message.ts'
import { nameOf } from './dns-name.ts'
import { DNS_TYPE, type DnsRecord } from './dns-record.ts'
import type { Link, Sender } from './link.ts'
import { reachableInterfaces } from './link.ts'
import type { Service } from './service.ts'
import { nextHost, nextInstance } from './service.ts'

interface Sent {
  readonly atMs: number
  readonly message: NewDnsMessage
  readonly to: Sender | undefined
}

/** A network where everybody hears what anybody sends, itself included. */
class MemoryNetwork {
  readonly clock = new FakeClock()
  readonly sent: Sent[] = []
  readonly #listeners = new Set<(message: DnsMessage, from: Sender) => void>()

  link(...addresses: string[]): Link {
    const [address = ''] = addresses
    const mine = new Set<(message: DnsMessage, from: Sender) => void>()
    return {
      addresses,
      send: async (message, to) => {
        this.sent.push({ atMs: this.clock.monotonic(), message, to })
        if (!to) this.multicast(message, { address, port: 5353 })
      },
      onMessage: (listener) => {
        mine.add(listener)
        this.#listeners.add(listener)
      },
      [Symbol.asyncDispose]: async () => {
        for (const listener of mine) this.#listeners.delete(listener)
      },
    }
  }

  multicast(message: NewDnsMessage, from: Sender): void {
    const whole = { id: 0, questions: [], answers: [], authorities: [], additionals: [], ...message }
    for (const listener of this.#listeners) listener(whole, from)
  }
}

const service: Service = {
  instance: 'car',
  type: '_sovd._tcp.local',
  host: 'opensovd.local',
  port: 7690,
  txt: (host) => ['identification=WVWZZZ1', `accessurl=http://${host}:7690/sovd`],
}

function announce(network: MemoryNetwork, more: Partial<Service> = {}, ...addresses: string[]) {
  const links = [network.link(...(addresses.length > 0 ? addresses : ['192.0.2.1']))]
  return new Announcement({ service: { ...service, ...more }, links, clock: network.clock, log: silentLogger })
}

const responses = ({ sent }: MemoryNetwork) => sent.filter(({ message }) => message.kind === 'response')
const typeName = (type: number) => Object.entries(DNS_TYPE).find(([, value]) => value === type)?.[0]
const shown = (records: readonly DnsRecord[] = []) =>
  records.map(({ type, name, ttl }) => `${typeName(type)} ${name.join('.')} ${ttl}`)
const textsIn = ({ answers = [] }: NewDnsMessage) =>
  answers.flatMap((record) => (record.type === DNS_TYPE.TXT ? record.texts : []))
const SOVD = { name: nameOf('_sovd._tcp.local'), type: DNS_TYPE.PTR }

const ALL = [
  'PTR _services._dns-sd._udp.local 4500',
  'PTR _sovd._tcp.local 4500',
  'SRV car._sovd._tcp.local 120',
  'TXT car._sovd._tcp.local 4500',
  'A opensovd.local 120',
]

test('probes three times, a quarter of a second apart, and then announces twice [RFC 6762 8]', async () => {
  const network = new MemoryNetwork()
  await using announcement = announce(network)
  await network.clock.advance(3000)
  const probes = network.sent.filter(({ message }) => message.kind === 'query')
  assert.equal(probes.length, 3)
  const [first = 0, second, third] = probes.map(({ atMs }) => atMs)
  assert.ok(first <= 250)
  assert.deepEqual([second, third], [first + 250, first + 500])
  for (const { message } of probes) {
    assert.deepEqual(
      message.questions?.map(({ name, type }) => `${name.join('.')} ${typeName(type)}`),
      ['car._sovd._tcp.local ANY', 'opensovd.local ANY'],
    )
    assert.deepEqual(shown(message.authorities), ALL.slice(2).toSpliced(1, 1))
  }
  const told = responses(network)
  assert.deepEqual(
    told.map(({ atMs }) => atMs),
    [first + 750, first + 1750],
  )
  for (const { message } of told) assert.deepEqual(shown(message.answers), ALL)
  assert.equal(announcement.phase, 'announced')
})

test('the text says what the service is of and where it is', async () => {
  const network = new MemoryNetwork()
  await using _ = announce(network)
  await network.clock.advance(3000)
  const [first] = responses(network)
  assert.deepEqual(first && textsIn(first.message), [
    'identification=WVWZZZ1',
    'accessurl=http://opensovd.local:7690/sovd',
  ])
})

async function asked(network: MemoryNetwork, message: Partial<DnsMessage>, from: Sender): Promise<Sent[]> {
  const before = network.sent.length
  network.multicast({ kind: 'query', ...message }, from)
  await network.clock.advance(0)
  return network.sent.slice(before)
}

const peer = { address: '192.0.2.9', port: 5353 }

test('answers who looks for the service with all there is to know of it', async () => {
  const network = new MemoryNetwork()
  await using _ = announce(network)
  await network.clock.advance(3000)
  const [reply, ...more] = await asked(network, { questions: [{ ...SOVD, name: nameOf('_SOVD._tcp.local') }] }, peer)
  assert.equal(more.length, 0)
  assert.equal(reply?.to, undefined)
  assert.deepEqual(shown(reply?.message.answers), [ALL[1]])
  assert.deepEqual(shown(reply?.message.additionals), ALL.slice(2))
})

test('answers for each of its names and no other', async () => {
  const network = new MemoryNetwork()
  await using _ = announce(network)
  await network.clock.advance(3000)
  const answersTo = async (name: string, type: keyof typeof DNS_TYPE) =>
    shown(
      (await asked(network, { questions: [{ name: nameOf(name), type: DNS_TYPE[type] }] }, peer))[0]?.message.answers,
    )
  assert.deepEqual(await answersTo('car._sovd._tcp.local', 'SRV'), [ALL[2]])
  assert.deepEqual(await answersTo('car._sovd._tcp.local', 'TXT'), [ALL[3]])
  assert.deepEqual(await answersTo('opensovd.local', 'A'), [ALL[4]])
  assert.deepEqual(await answersTo('_services._dns-sd._udp.local', 'PTR'), [ALL[0]])
  assert.deepEqual(await answersTo('other._sovd._tcp.local', 'SRV'), [])
  assert.deepEqual(await answersTo('_http._tcp.local', 'PTR'), [])
})

test('does not tell what the asker knows, unless it is about to forget it [RFC 6762 7.1]', async () => {
  const network = new MemoryNetwork()
  await using _ = announce(network)
  await network.clock.advance(3000)
  const knowing = (ttl: number) => ({
    questions: [SOVD],
    answers: [{ ...SOVD, ttl, flush: false, target: nameOf('car._sovd._tcp.local') }],
  })
  assert.equal((await asked(network, knowing(2250), peer)).length, 0)
  assert.equal((await asked(network, knowing(2249), peer)).length, 1)
})

test('answers a simple resolver directly, with its question and for a short time [RFC 6762 6.7]', async () => {
  const network = new MemoryNetwork()
  await using _ = announce(network)
  await network.clock.advance(3000)
  const from = { address: '192.0.2.9', port: 40_000 }
  const questions = [SOVD]
  const [reply] = await asked(network, { id: 77, questions }, from)
  assert.deepEqual(reply?.to, from)
  assert.equal(reply?.message.id, 77)
  assert.deepEqual(reply?.message.questions, questions)
  for (const record of [...(reply?.message.answers ?? []), ...(reply?.message.additionals ?? [])]) {
    assert.ok(record.ttl <= 10)
    assert.equal(record.flush, false)
  }
})

test('who comes second takes another name, and both can be found', async () => {
  const network = new MemoryNetwork()
  await using first = announce(network)
  await network.clock.advance(3000)
  await using second = announce(network, { port: 7691 }, '192.0.2.1')
  await network.clock.advance(5000)
  assert.equal(first.service.instance, 'car')
  assert.equal(second.service.instance, 'car (2)')
  const replies = await asked(network, { questions: [SOVD] }, peer)
  assert.deepEqual(
    replies.flatMap(({ message }) => message.answers?.map((each) => 'target' in each && each.target)),
    [
      ['car', '_sovd', '_tcp', 'local'],
      ['car (2)', '_sovd', '_tcp', 'local'],
    ],
  )
})

test('a host with the name of another takes another, and so does its address', async () => {
  const network = new MemoryNetwork()
  await using first = announce(network)
  await network.clock.advance(3000)
  await using second = announce(network, { instance: 'truck' }, '192.0.2.2')
  await network.clock.advance(5000)
  assert.equal(first.service.host, 'opensovd.local')
  assert.equal(second.service.host, 'opensovd-2.local')
  const last = responses(network).at(-1)
  assert.match(String(last && textsIn(last.message)), /accessurl=http:\/\/opensovd-2\.local:7690/)
})

test('of two that begin at the same time one defers and then takes another name', async () => {
  const network = new MemoryNetwork()
  await using low = announce(network, { port: 7690 })
  await using high = announce(network, { port: 7691 })
  await network.clock.advance(10_000)
  assert.deepEqual([low.service.instance, high.service.instance], ['car (2)', 'car'])
  assert.deepEqual([low.phase, high.phase], ['announced', 'announced'])
})

test('two links into the same network are no conflict', async () => {
  const network = new MemoryNetwork()
  const links = [network.link('192.0.2.1'), network.link('192.0.2.2')]
  await using announcement = new Announcement({ service, links, clock: network.clock, log: silentLogger })
  await network.clock.advance(10_000)
  assert.equal(announcement.phase, 'announced')
  assert.deepEqual([announcement.service.instance, announcement.service.host], ['car', 'opensovd.local'])
})

test('does not answer a storm of queries with one', async () => {
  const network = new MemoryNetwork()
  await using _ = announce(network)
  await network.clock.advance(3000)
  const storm = async () => {
    const before = network.sent.length
    for (let each = 0; each < 500; each++) {
      network.multicast({ kind: 'query', questions: [SOVD] }, peer)
    }
    await network.clock.advance(0)
    return network.sent.length - before
  }
  assert.equal(await storm(), 50)
  await network.clock.advance(1000)
  assert.equal(await storm(), 50)
})

test('says goodbye, and nothing more after that', async () => {
  const network = new MemoryNetwork()
  const announcement = announce(network)
  await network.clock.advance(3000)
  const before = network.sent.length
  await announcement[Symbol.asyncDispose]()
  await announcement[Symbol.asyncDispose]()
  const last = network.sent.slice(before)
  assert.deepEqual(
    last.map(({ message }) => shown(message.answers)),
    [['PTR _sovd._tcp.local 0', 'SRV car._sovd._tcp.local 0', 'TXT car._sovd._tcp.local 0']],
  )
  assert.equal((await asked(network, { questions: [SOVD] }, peer)).length, 0)
  assert.equal(network.clock.pending, 0)
})

test('what was never announced needs no goodbye', async () => {
  const network = new MemoryNetwork()
  await announce(network)[Symbol.asyncDispose]()
  assert.equal(responses(network).length, 0)
})

test('names are counted up', () => {
  assert.deepEqual(['car', 'car (2)', 'car (9)'].map(nextInstance), ['car (2)', 'car (3)', 'car (10)'])
  assert.deepEqual(['car.local', 'car-2.local'].map(nextHost), ['car-2.local', 'car-3.local'])
})

test('only addresses that others can reach are announced', () => {
  const ipv4 = (address: string, internal = false) => ({
    address,
    netmask: '255.255.255.0',
    family: 'IPv4' as const,
    mac: '',
    internal,
    cidr: null,
  })
  const ipv6 = (address: string) => ({ ...ipv4(address), family: 'IPv6' as const, scopeid: 0 })
  const all = {
    lo: [ipv4('127.0.0.1', true)],
    odd: [ipv4('127.0.0.2'), ipv4('0.0.0.0')],
    eth0: [ipv4('192.0.2.1'), ipv6('2001:db8::1')],
    eth1: [ipv4('198.51.100.1')],
    tun0: [ipv6('2001:db8:1::1')],
  }
  const found = (host: string) => reachableInterfaces(host, all).map(({ name, addresses }) => [name, ...addresses])
  assert.deepEqual(found('0.0.0.0'), [
    ['eth0', '192.0.2.1'],
    ['eth1', '198.51.100.1'],
  ])
  assert.deepEqual(found('::'), [
    ['eth0', '192.0.2.1', '2001:db8::1'],
    ['eth1', '198.51.100.1'],
  ])
  assert.deepEqual(found('198.51.100.1'), [['eth1', '198.51.100.1']])
  assert.deepEqual(found('127.0.0.1'), [])
})
