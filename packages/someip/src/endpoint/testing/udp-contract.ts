import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { endpointAddress } from '../endpoint-address.ts'
import type { EndpointError } from '../errors.ts'
import type { Datagram, Network, UdpOptions, UdpSocket } from '../network.ts'
import { skipFor } from './skip.ts'

/** A network on trial, and what its platform cannot do. */
export interface UdpSubject {
  readonly openUdp: Network['openUdp']
  /** Lets pass what it takes a datagram to arrive. */
  readonly turn: () => Promise<void>
  /** Two addresses of this host, or of the simulated one. */
  readonly addresses: readonly [string, string]
  /** Whether sockets bound to all addresses tell where a datagram was sent to. */
  readonly tellsDestination: boolean
  readonly hasIpv6: boolean
  /** The name of the interface of the addresses, where sockets can be bound to one. */
  readonly device: string | undefined
}

interface Received {
  readonly text: string
  readonly from: string
  readonly to: string | undefined
  readonly multicast: boolean
}

class Station {
  readonly received: Received[] = []
  readonly failures: EndpointError[] = []
  readonly batchSizes: number[] = []
  socket: UdpSocket | undefined

  datagrams(batch: readonly Datagram[]): void {
    this.batchSizes.push(batch.length)
    for (const { bytes, view, source, destination, multicast } of batch) {
      assert.equal(view.byteLength, bytes.length)
      const text = new TextDecoder().decode(bytes)
      this.received.push({ text, from: source.key, to: destination, multicast })
    }
  }

  failed(error: EndpointError): void {
    this.failures.push(error)
  }

  get texts(): string[] {
    return this.received.map(({ text }) => text)
  }
}

const GROUP = '224.244.224.245'
const encode = (text: string) => new TextEncoder().encode(text)

/** What every implementation of datagrams does. */
export function udpContract(name: string, subject: UdpSubject | undefined, missing?: string): void {
  const skip = skipFor(missing)
  const [here, there] = subject?.addresses ?? ['', '']
  const run = (title: string, body: (bench: Bench) => Promise<void>) =>
    test(`${name}: ${title}`, { skip }, async (t) => {
      if (subject !== undefined) await body(new Bench(subject, t))
    })

  run('a datagram arrives with its source and destination', async (bench) => {
    const [one, two] = [await bench.open({ address: here }), await bench.open({ address: there })]
    assert.equal(one.socket.send(encode('hello'), two.socket.local), true)
    await bench.until(() => two.station.received.length === 1)
    assert.deepEqual(two.station.received, [{ text: 'hello', from: one.socket.local.key, to: there, multicast: false }])
    assert.equal(one.socket.local.address, here)
    assert.notEqual(one.socket.local.port, 0)
  })

  run('datagrams of all lengths up to the limit arrive whole and in order, larger ones are dropped', async (bench) => {
    const sender = await bench.open({ address: here, maxDatagramBytes: 2000 })
    const receiver = await bench.open({ address: here, maxDatagramBytes: 1416 })
    const lengths = [1416, 0, 1, 1417, 1415, 64, 2000, 64, 65]
    for (const length of lengths) sender.socket.send(encode('x'.repeat(length)), receiver.socket.local)
    assert.equal(sender.socket.send(new Uint8Array(2001), receiver.socket.local), false)
    const expected = lengths.filter((length) => length <= 1416)
    await bench.until(() => receiver.station.received.length === expected.length)
    assert.deepEqual(
      receiver.station.texts.map(({ length }) => length),
      expected,
    )
    const { oversizeDatagrams, receivedDatagrams, receivedBytes } = receiver.socket.statistics
    const bytes = expected.reduce((sum, length) => sum + length, 0)
    assert.deepEqual([oversizeDatagrams, receivedDatagrams, receivedBytes], [2, expected.length, bytes])
    const { sentDatagrams, droppedDatagrams, droppedBytes } = sender.socket.statistics
    assert.deepEqual([sentDatagrams, droppedDatagrams, droppedBytes], [lengths.length, 1, 2001])
  })

  run('more than one batch of datagrams arrives in order', async (bench) => {
    const [one, two] = [await bench.open({ address: here }), await bench.open({ address: here })]
    const sent = Array.from({ length: 150 }, (_, index) => `number ${index}`)
    for (const text of sent) one.socket.send(encode(text), two.socket.local)
    await bench.until(() => two.station.received.length === sent.length)
    assert.deepEqual(two.station.texts, sent)
  })

  run('what exceeds the limit of the queue is refused and counted', async (bench) => {
    const one = await bench.open({ address: here, maxQueuedBytes: 100 })
    const two = await bench.open({ address: here })
    const results = [40, 40, 40, 20].map((length) => one.socket.send(new Uint8Array(length), two.socket.local))
    assert.deepEqual(results, [true, true, false, true])
    assert.equal(one.socket.statistics.queuedBytes, 100)
    await bench.until(() => two.station.received.length === 3)
    assert.deepEqual(
      two.station.texts.map(({ length }) => length),
      [40, 40, 20],
    )
    await bench.until(() => one.socket.statistics.queuedBytes === 0)
    const { droppedDatagrams, droppedBytes, sentDatagrams } = one.socket.statistics
    assert.deepEqual([droppedDatagrams, droppedBytes, sentDatagrams], [1, 40, 3])
  })

  run('a datagram that cannot be sent is reported and holds up no other', async (bench) => {
    const [one, two] = [await bench.open({ address: here }), await bench.open({ address: here })]
    one.socket.send(encode('before'), two.socket.local)
    one.socket.send(encode('lost'), endpointAddress('::1', 9))
    one.socket.send(encode('after'), two.socket.local)
    await bench.until(() => two.station.received.length === 2 && one.station.failures.length === 1)
    assert.deepEqual(two.station.texts, ['before', 'after'])
    const { failedDatagrams, sentDatagrams, queuedBytes } = one.socket.statistics
    assert.deepEqual([failedDatagrams, sentDatagrams, queuedBytes], [1, 2, 0])
  })

  run('a group is heard by its members only, and marked', async (bench) => {
    const member = await bench.open({ address: here })
    const { port } = member.socket.local
    const stranger = await bench.open({ address: there, port })
    await member.socket.join(GROUP)
    await member.socket.join(GROUP)
    const sender = await bench.open({ address: here })
    sender.socket.send(encode('all'), endpointAddress(GROUP, port))
    await bench.until(() => member.station.received.length === 1)
    assert.deepEqual(member.station.received, [
      { text: 'all', from: sender.socket.local.key, to: GROUP, multicast: true },
    ])
    sender.socket.send(encode('you'), member.socket.local)
    await bench.until(() => member.station.received.length === 2)
    assert.equal(member.station.received[1]?.multicast, false)
    await member.socket.leave(GROUP)
    await member.socket.leave(GROUP)
    sender.socket.send(encode('gone'), endpointAddress(GROUP, port))
    sender.socket.send(encode('here'), member.socket.local)
    await bench.until(() => member.station.received.length === 3)
    await member.socket.join(GROUP)
    sender.socket.send(encode('back'), endpointAddress(GROUP, port))
    await bench.until(() => member.station.received.length === 4)
    assert.deepEqual(member.station.texts, ['all', 'you', 'here', 'back'])
    assert.deepEqual(stranger.station.received, [])
  })

  run('a group may be joined at another port than the own', async (bench) => {
    const [one, two] = [await bench.open({ address: here }), await bench.open({ address: here })]
    const { port } = two.socket.local
    await one.socket.join(GROUP, port)
    two.socket.send(encode('event'), endpointAddress(GROUP, port))
    await bench.until(() => one.station.received.length === 1)
    assert.deepEqual([one.station.received[0]?.from, two.station.received], [two.socket.local.key, []])
  })

  run('a sender hears itself in a group that it joined', async (bench) => {
    const { socket, station } = await bench.open({ address: here })
    await socket.join(GROUP)
    socket.send(encode('me'), endpointAddress(GROUP, socket.local.port))
    await bench.until(() => station.received.length === 1)
    assert.equal(station.received[0]?.from, socket.local.key)
  })

  run('a socket of all addresses hears each of them', async (bench) => {
    const all = await bench.open({ address: '0.0.0.0' })
    const one = await bench.open({ address: here })
    for (const address of [here, there]) {
      one.socket.send(encode(address), endpointAddress(address, all.socket.local.port))
    }
    await bench.until(() => all.station.received.length === 2)
    const told = subject?.tellsDestination ? [here, there] : [undefined, undefined]
    assert.deepEqual(
      all.station.received.map(({ text, to }) => [text, to]),
      [
        [here, told[0]],
        [there, told[1]],
      ],
    )
    await assert.rejects(all.socket.join(GROUP), { code: 'ENDPOINT_UNSUPPORTED' })
  })

  run('a port is taken by one socket unless all of them share it', async (bench) => {
    const { socket } = await bench.open({ address: here })
    const { port } = socket.local
    await assert.rejects(bench.open({ address: here, port }), { code: 'ENDPOINT_ADDRESS_IN_USE' })
    const shared = await bench.open({ address: here, reuseAddress: true })
    const again = await bench.open({ address: here, port: shared.socket.local.port, reuseAddress: true })
    assert.equal(again.socket.local.key, shared.socket.local.key)
  })

  run('a socket is bound to an interface where that is possible, and else refused', async (bench) => {
    if (subject?.device === undefined) {
      await assert.rejects(bench.open({ address: here, device: 'lo' }), { code: 'ENDPOINT_UNSUPPORTED' })
      return
    }
    const { socket, station } = await bench.open({ address: here, device: subject.device })
    socket.send(encode('self'), socket.local)
    await bench.until(() => station.received.length === 1)
    await assert.rejects(bench.open({ address: here, device: 'none' }), { code: 'ENDPOINT_INVALID_ADDRESS' })
  })

  run('a large receive buffer and sending to broadcast addresses are taken', async (bench) => {
    const options = { address: here, receiveBufferBytes: 1_703_936, broadcast: true, reusePort: true }
    const { socket } = await bench.open(options)
    const twin = await bench.open({ ...options, port: socket.local.port })
    assert.equal(twin.socket.local.key, socket.local.key)
  })

  run('addresses of other hosts, groups to bind to and groups of another family are refused', async (bench) => {
    await assert.rejects(bench.open({ address: '192.0.2.77' }), { code: 'ENDPOINT_ADDRESS_NOT_AVAILABLE' })
    await assert.rejects(bench.open({ address: GROUP }), { code: 'ENDPOINT_INVALID_ADDRESS' })
    await assert.rejects(bench.open({ address: 'localhost' }), { code: 'ENDPOINT_INVALID_ADDRESS' })
    const { socket } = await bench.open({ address: here })
    for (const group of ['ff02::1', '10.0.0.1', 'nobody']) {
      await assert.rejects(socket.join(group), { code: 'ENDPOINT_INVALID_ADDRESS' })
    }
  })

  run('a receiver that throws is reported and goes on receiving', async (bench) => {
    const one = await bench.open({ address: here })
    const failures: EndpointError[] = []
    let calls = 0
    const socket = await bench.adopt({
      datagrams: () => {
        calls++
        throw new Error('broken')
      },
      failed: (error) => failures.push(error),
    })
    one.socket.send(encode('1'), socket.local)
    await bench.until(() => calls === 1)
    one.socket.send(encode('2'), socket.local)
    await bench.until(() => calls === 2)
    assert.deepEqual(
      failures.map(({ code }) => code),
      ['ENDPOINT_HANDLER_FAILED', 'ENDPOINT_HANDLER_FAILED'],
    )
  })

  run('a closed socket sends what it was given before, and then neither sends nor receives', async (bench) => {
    const [one, two] = [await bench.open({ address: here }), await bench.open({ address: here })]
    await two.socket.join(GROUP)
    one.socket.send(encode('last'), two.socket.local)
    await one.socket[Symbol.asyncDispose]()
    await one.socket[Symbol.asyncDispose]()
    assert.equal(one.socket.send(encode('never'), two.socket.local), false)
    await assert.rejects(one.socket.join(GROUP), { code: 'ENDPOINT_CLOSED' })
    await bench.until(() => two.station.received.length === 1)
    await two.socket[Symbol.asyncDispose]()
    const three = await bench.open({ address: here, port: two.socket.local.port })
    three.socket.send(encode('self'), three.socket.local)
    await bench.until(() => three.station.received.length === 1)
    assert.deepEqual(two.station.texts, ['last'])
  })

  run('a receiver may close its socket and send while it receives', async (bench) => {
    const one = await bench.open({ address: here })
    let seen = 0
    const socket = await bench.adopt({
      datagrams: (batch) => {
        for (const { bytes, source } of batch) socket.send(bytes.slice(), source)
        seen += batch.length
        if (seen === 1) void socket[Symbol.asyncDispose]()
      },
      failed: () => {},
    })
    one.socket.send(encode('only'), socket.local)
    await bench.until(() => seen === 1 && one.station.received.length === 1)
    one.socket.send(encode('late'), socket.local)
    await subject?.turn()
    assert.deepEqual([seen, one.station.texts], [1, ['only']])
  })

  const ipv6 = skip || (subject?.hasIpv6 ? false : 'no IPv6 here')
  test(`${name}: IPv6 datagrams arrive alike`, { skip: ipv6 }, async (t) => {
    if (subject === undefined) return
    const bench = new Bench(subject, t)
    const [one, two] = [await bench.open({ address: '::1' }), await bench.open({ address: '::1' })]
    one.socket.send(encode('one'), two.socket.local)
    await bench.until(() => two.station.received.length === 1)
    assert.deepEqual(two.station.received, [{ text: 'one', from: one.socket.local.key, to: '::1', multicast: false }])
    const all = await bench.open({ address: '::' })
    one.socket.send(encode('any'), endpointAddress('::1', all.socket.local.port))
    await bench.until(() => all.station.received.length === 1)
    assert.equal(all.station.received[0]?.to, subject.tellsDestination ? '::1' : undefined)
  })
}

/** Sockets of one test, closed at its end. */
class Bench {
  readonly #subject: UdpSubject
  readonly #t: TestContext

  constructor(subject: UdpSubject, t: TestContext) {
    this.#subject = subject
    this.#t = t
  }

  async open(options: Partial<UdpOptions>) {
    const station = new Station()
    return { station, socket: await this.adopt(station, options) }
  }

  async adopt(
    handler: { datagrams(batch: readonly Datagram[]): void; failed(error: EndpointError): void },
    options: Partial<UdpOptions> = {},
  ): Promise<UdpSocket> {
    const [address] = this.#subject.addresses
    const socket = await this.#subject.openUdp({ address, port: 0, ...options }, handler)
    this.#t.after(() => socket[Symbol.asyncDispose]())
    return socket
  }

  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 1000 && !condition(); turn++) await this.#subject.turn()
    assert.ok(condition(), 'what was expected did not happen')
  }
}
