import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type EndpointAddress, endpointAddress } from '../endpoint-address.ts'
import { EndpointError } from '../errors.ts'
import type { ByteStream, ConnectOptions, ListenOptions, Network, StreamHandler } from '../network.ts'
import { skipFor } from './skip.ts'

/** A network on trial. */
export interface TcpSubject {
  /** The network of a host with each of the addresses; may be the same one. */
  readonly networks: readonly [Network, Network]
  readonly addresses: readonly [string, string]
  /** Lets pass what it takes bytes to arrive. */
  readonly turn: () => Promise<void>
  /** The name of the interface of the addresses, where sockets can be bound to one. */
  readonly device: string | undefined
}

/** One end of a connection, recording what happens to it. */
class End implements StreamHandler {
  readonly chunks: Uint8Array[] = []
  readonly closures: (EndpointError | undefined)[] = []
  drains = 0
  onData: (chunk: Uint8Array) => void = () => {}

  data(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    this.onData(chunk)
  }

  drained(): void {
    this.drains++
  }

  closed(error: EndpointError | undefined): void {
    this.closures.push(error)
  }

  get text(): string {
    return new TextDecoder().decode(Buffer.concat(this.chunks))
  }

  get receivedBytes(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0)
  }
}

const encode = (text: string) => new TextEncoder().encode(text)

/** What every implementation of byte streams does. */
export function tcpContract(name: string, subject: TcpSubject | undefined, missing?: string): void {
  const skip = skipFor(missing)
  const run = (title: string, body: (bench: Bench) => Promise<void>) =>
    test(`${name}: ${title}`, { skip }, async (t) => {
      if (subject !== undefined) await body(new Bench(subject, t))
    })

  run('both ends know each other and exchange bytes in order', async (bench) => {
    const { client, server, near, far } = await bench.pair()
    assert.deepEqual([near.local.key, near.remote.key], [far.remote.key, far.local.key])
    assert.deepEqual([near.local.address, far.local.address], [bench.there, bench.here])
    for (const text of ['to ', 'the ', 'server']) near.write(encode(text))
    far.write(encode('to the client'))
    await bench.until(() => server.text === 'to the server' && client.text === 'to the client')
    assert.deepEqual([client.closures, server.closures], [[], []])
  })

  run('many bytes arrive whole, and the writer learns when they are taken', async (bench) => {
    const { client, server, near } = await bench.pair()
    const bytes = Uint8Array.from({ length: 5_000_000 }, (_, index) => index % 251)
    assert.equal(near.write(bytes), false)
    assert.ok(near.queuedBytes > 0)
    await bench.until(() => server.receivedBytes === bytes.length && client.drains === 1)
    assert.equal(near.queuedBytes, 0)
    assert.ok(Buffer.concat(server.chunks).equals(bytes))
    assert.equal(near.write(encode('more')), true)
    await bench.until(() => server.receivedBytes === bytes.length + 4)
    assert.equal(client.drains, 1)
  })

  run('closing is noticed by both ends, once, and ends everything', async (bench) => {
    const { client, server, near, far } = await bench.pair()
    near.close()
    near.close()
    await bench.until(() => client.closures.length === 1 && server.closures.length === 1)
    assert.deepEqual([client.closures, server.closures[0]?.code], [[undefined], 'ENDPOINT_RESET'])
    assert.deepEqual([near.write(encode('late')), far.write(encode('late'))], [false, false])
    far.close()
    await subject?.turn()
    assert.deepEqual([client.closures.length, server.closures.length, server.text], [1, 1, ''])
  })

  run('nobody listening, a foreign address and a port in use are told apart', async (bench) => {
    const { near, listener } = await bench.pair()
    const { local } = await bench.listen()
    await bench.disposeListeners()
    await assert.rejects(bench.connect(local), { code: 'ENDPOINT_REFUSED' })
    const foreign = bench.connect(listener.local, { localAddress: '192.0.2.77' })
    await assert.rejects(foreign, { code: 'ENDPOINT_ADDRESS_NOT_AVAILABLE' })
    const other = await bench.listen()
    const { port } = other.local
    await assert.rejects(bench.listen({ port }), { code: 'ENDPOINT_ADDRESS_IN_USE' })
    const again = bench.connect(listener.local, { localPort: near.local.port })
    await assert.rejects(again, ({ code }: EndpointError) => code !== 'ENDPOINT_SYSTEM')
  })

  run('a client may choose its port', async (bench) => {
    const { near, listener } = await bench.pair()
    const { port } = near.local
    near.close()
    await subject?.turn()
    await subject?.turn()
    const { near: again } = await bench.pair({ localPort: port }, listener)
    assert.equal(again.local.port, port)
  })

  run('an attempt that is given up rejects with the reason and leaves no connection', async (bench) => {
    const listener = await bench.listen()
    const controller = new AbortController()
    const attempt = bench.connect(listener.local, {}, controller.signal)
    controller.abort(new Error('no longer wanted'))
    await assert.rejects(attempt, { message: 'no longer wanted' })
    await assert.rejects(bench.connect(listener.local, {}, controller.signal), { message: 'no longer wanted' })
    for (let turn = 0; turn < 3; turn++) await subject?.turn()
    assert.ok(bench.accepted.every(({ end }) => end.closures.length === 1))
  })

  run('a connection that is not accepted is reset, while it comes about or right after', async (bench) => {
    const listener = await bench.listen({}, () => undefined)
    const outcome = await bench.connect(listener.local).catch((error: EndpointError) => error)
    if (outcome instanceof EndpointError) assert.equal(outcome.code, 'ENDPOINT_RESET')
    else {
      await bench.until(() => outcome.client.closures.length === 1)
      assert.equal(outcome.client.closures[0]?.code, 'ENDPOINT_RESET')
    }
  })

  run('a receiver that throws loses its connection and nothing else', async (bench) => {
    const { client, server, near } = await bench.pair()
    server.onData = () => {
      throw new Error('broken')
    }
    near.write(encode('bytes'))
    await bench.until(() => client.closures.length === 1 && server.closures.length === 1)
    assert.equal(server.closures[0]?.code, 'ENDPOINT_HANDLER_FAILED')
    assert.equal(client.closures[0]?.code, 'ENDPOINT_RESET')
  })

  run('a listener that was closed accepts no more, and keeps what it had', async (bench) => {
    const { server, near, listener } = await bench.pair()
    await listener[Symbol.asyncDispose]()
    await listener[Symbol.asyncDispose]()
    await assert.rejects(bench.connect(listener.local), { code: 'ENDPOINT_REFUSED' })
    near.write(encode('still here'))
    await bench.until(() => server.text === 'still here')
    const again = await bench.listen({ port: listener.local.port })
    assert.equal(again.local.key, listener.local.key)
  })

  run('a socket is bound to an interface where that is possible, and else refused', async (bench) => {
    const device = subject?.device ?? 'lo'
    if (subject?.device === undefined) {
      await assert.rejects(bench.listen({ device }), { code: 'ENDPOINT_UNSUPPORTED' })
      return
    }
    await bench.pair({ device }, await bench.listen({ device }))
    await assert.rejects(bench.listen({ device: 'none' }), { code: 'ENDPOINT_INVALID_ADDRESS' })
  })
}

interface Accepted {
  readonly end: End
  readonly stream: ByteStream
}

/** Connections of one test, closed at its end. */
class Bench {
  readonly accepted: Accepted[] = []
  readonly here: string
  readonly there: string
  readonly #subject: TcpSubject
  readonly #t: TestContext
  readonly #listeners: AsyncDisposable[] = []

  constructor(subject: TcpSubject, t: TestContext) {
    this.#subject = subject
    this.#t = t
    const [here, there] = subject.addresses
    this.here = here
    this.there = there
    t.after(() => this.disposeListeners())
  }

  async listen(options: Partial<ListenOptions> = {}, accept?: () => StreamHandler | undefined) {
    const acceptor = {
      accept: (stream: ByteStream) => {
        const end = new End()
        this.accepted.push({ end, stream })
        this.#t.after(() => stream.close())
        return accept === undefined ? end : accept()
      },
      failed: () => {},
    }
    const listener = await this.#subject.networks[0].listenTcp({ address: this.here, port: 0, ...options }, acceptor)
    this.#listeners.push(listener)
    return listener
  }

  async connect(remote: EndpointAddress, options: Partial<ConnectOptions> = {}, signal?: AbortSignal) {
    const client = new End()
    const connecting = this.#subject.networks[1].connectTcp(
      { remote, localAddress: this.there, ...options },
      client,
      signal,
    )
    const near = await this.#turning(connecting)
    this.#t.after(() => near.close())
    return { client, near }
  }

  async pair(options: Partial<ConnectOptions> = {}, known?: Awaited<ReturnType<Bench['listen']>>) {
    const listener = known ?? (await this.listen())
    const before = this.accepted.length
    const { client, near } = await this.connect(endpointAddress(this.here, listener.local.port), options)
    await this.until(() => this.accepted.length > before)
    const newest = this.accepted.at(-1)
    assert.ok(newest)
    return { client, near, server: newest.end, far: newest.stream, listener }
  }

  async disposeListeners(): Promise<void> {
    for (const listener of this.#listeners) await listener[Symbol.asyncDispose]()
  }

  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 2000 && !condition(); turn++) await this.#subject.turn()
    assert.ok(condition(), 'what was expected did not happen')
  }

  /** Awaits what needs time to pass. */
  async #turning<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    const settle = () => {
      isSettled = true
    }
    promise.then(settle, settle)
    await this.#subject.turn()
    for (let turn = 0; turn < 2000 && !isSettled; turn++) await this.#subject.turn()
    return await promise
  }
}
