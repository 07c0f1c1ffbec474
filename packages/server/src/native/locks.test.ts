import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { FakeClock, settle } from '@opensovd/base/testing'
import { type Fixture, openFixture, type Reply } from '../testing/fixture.ts'

const bms = '/components/bms/lock'

class Client {
  readonly #fixture: Fixture
  readonly #headers: Record<string, string>

  constructor(fixture: Fixture, name?: string) {
    this.#fixture = fixture
    this.#headers = name === undefined ? {} : { 'x-sovd-client-id': name }
  }

  send(method: string, path: string, body?: unknown): Promise<Reply> {
    return this.#fixture.send(method, `/sovd/v1${path}`, body, this.#headers)
  }
}

interface Scene extends AsyncDisposable {
  readonly fixture: Fixture
  readonly clock: FakeClock
  readonly ann: Client
  readonly bob: Client
  readonly nobody: Client
}

async function openScene(): Promise<Scene> {
  const clock = new FakeClock()
  const fixture = await openFixture({ clock })
  return {
    fixture,
    clock,
    ann: new Client(fixture, 'ann'),
    bob: new Client(fixture, 'bob'),
    nobody: new Client(fixture),
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  }
}

function assertRefused(reply: Reply, status: number, message: string | RegExp): void {
  assert.equal(reply.status, status, reply.text)
  assert.equal(reply.json.error.code, `SOVD-ERR-${status}`)
  assert.match(reply.json.error.message, typeof message === 'string' ? new RegExp(`^${message}$`) : message)
}

describe('a lock', () => {
  let scene: Scene
  before(async () => {
    scene = await openScene()
  })
  after(() => scene[Symbol.asyncDispose]())

  test('is acquired, read and released', async () => {
    const { ann, nobody } = scene
    for (const [path, named] of [
      [bms, { componentId: 'bms' }],
      ['/groups/powertrain/lock', { groupId: 'powertrain' }],
      ['/lock', {}],
    ] as const) {
      const lock = {
        ...named,
        lockedBy: 'ann',
        lockedAt: '2026-01-01T00:00:00.000Z',
        expires: '2026-01-01T00:01:00.000Z',
      }
      const acquired = await ann.send('POST', path, { durationSecs: 60 })
      assert.equal(acquired.status, 201)
      assert.equal(acquired.headers.get('location'), `/sovd/v1${path}`)
      assert.deepEqual(acquired.json, lock)
      const read = await nobody.send('GET', path)
      assert.equal(read.status, 200)
      assert.deepEqual(read.json, lock)
      const released = await ann.send('DELETE', path)
      assert.deepEqual([released.status, released.text], [204, ''])
      for (const method of ['GET', 'PUT', 'DELETE']) assertRefused(await ann.send(method, path), 404, /^No lock on /)
    }
  })

  test('has a term by default, and others as an RFC 3339 time or in seconds', async () => {
    const { ann } = scene
    const expires = async (body?: unknown) => (await ann.send('POST', bms, body)).json.expires
    assert.equal(await expires(), '2026-01-01T00:05:00.000Z')
    assert.equal(await expires({}), '2026-01-01T00:05:00.000Z')
    assert.equal(await expires({ durationSecs: 1.5 }), '2026-01-01T00:00:01.500Z')
    assert.equal(await expires({ expires: '2026-01-01T01:00:30+01:00' }), '2026-01-01T00:00:30.000Z')
    await ann.send('DELETE', bms)
  })

  test('has no term that is over, too long or no time at all', async () => {
    const { ann } = scene
    for (const body of [
      { expires: 'tomorrow' },
      { expires: '' },
      { expires: '2026-02-30T00:00:00Z' },
      { expires: '2025-12-31T23:59:59Z' },
      { expires: '2026-01-01T01:00:01Z' },
      { durationSecs: 0 },
      { durationSecs: -5 },
      { durationSecs: 3601 },
      { durationSecs: 60, expires: '2026-01-01T00:01:00Z' },
    ]) {
      assertRefused(await ann.send('POST', bms, body), 400, /./)
      assert.equal((await ann.send('GET', bms)).status, 404)
    }
    for (const body of [{ expires: 5 }, { durationSecs: '60' }, []]) {
      assertRefused(await ann.send('POST', bms, body), 422, /must be/)
    }
  })

  test('belongs to a client that says who it is', async () => {
    const { nobody, fixture } = scene
    for (const body of [undefined, { lockedBy: 'ann' }]) {
      const reply = await nobody.send('POST', bms, body)
      assertRefused(reply, 400, /send X-SOVD-Client-Id/)
      assert.equal(reply.json.error.target, 'X-SOVD-Client-Id')
    }
    assertRefused(await new Client(fixture, ' ').send('POST', bms), 400, /send X-SOVD-Client-Id/)
    for (const name of ['é', 'x'.repeat(129)]) {
      assertRefused(await new Client(fixture, name).send('POST', bms), 400, /printable ASCII/)
    }
    const { json } = await new Client(fixture, 'ann').send('POST', bms, { lockedBy: 'bob' })
    assert.equal(json.lockedBy, 'ann')
    await new Client(fixture, 'ann').send('DELETE', bms)
  })

  test('is on something that exists', async () => {
    assertRefused(await scene.ann.send('POST', '/components/none/lock'), 404, "Component 'none' not found")
    assertRefused(await scene.ann.send('POST', '/groups/none/lock'), 404, "Group 'none' not found")
    assertRefused(await scene.ann.send('GET', '/components/none/lock'), 404, "No lock on component 'none'")
  })

  test('is acquired only where no other is, above and below', async () => {
    const { ann, bob } = scene
    for (const [path, other, name] of [
      [bms, bms, "Component 'bms'"],
      [bms, '/groups/powertrain/lock', "Component 'bms'"],
      [bms, '/lock', "Component 'bms'"],
      ['/groups/powertrain/lock', bms, "Group 'powertrain'"],
      ['/groups/powertrain/lock', '/lock', "Group 'powertrain'"],
      ['/lock', bms, 'The vehicle'],
      ['/lock', '/components/bare/lock', 'The vehicle'],
      ['/lock', '/groups/powertrain/lock', 'The vehicle'],
    ] as const) {
      assert.equal((await ann.send('POST', path, { durationSecs: 60 })).status, 201)
      const reply = await bob.send('POST', other)
      assertRefused(reply, 409, `${name} already locked by 'ann'`)
      assert.equal(reply.headers.get('retry-after'), '60')
      assert.deepEqual(reply.json.error.details, [{ code: 'SOVD-RETRY', message: 'Retry-After: 60s' }])
      assert.equal((await ann.send('DELETE', path)).status, 204)
    }
  })

  test('is renewed with PUT, or with POST once more, and only by its owner', async () => {
    const { ann, bob, nobody, clock } = scene
    const { json: first } = await ann.send('POST', bms, { durationSecs: 10 })
    await clock.advance(5000)
    const put = await ann.send('PUT', bms, { expires: '2026-01-01T00:00:20Z' })
    assert.equal(put.status, 200)
    assert.deepEqual(put.json, { ...first, expires: '2026-01-01T00:00:20.000Z' })
    const post = await ann.send('POST', bms, { durationSecs: 30 })
    assert.equal(post.status, 201)
    assert.deepEqual(post.json, { ...first, expires: '2026-01-01T00:00:35.000Z' })
    assert.equal((await ann.send('PUT', bms)).json.expires, '2026-01-01T00:05:05.000Z')
    assertRefused(await ann.send('PUT', bms, { durationSecs: 0 }), 400, /./)
    assertRefused(await bob.send('PUT', bms, {}), 409, "Lock owned by 'ann', cannot renew as 'bob'")
    assertRefused(await nobody.send('PUT', bms, {}), 409, "Lock owned by 'ann', cannot renew without a name")
    await ann.send('DELETE', bms)
  })

  test('is released by its owner only', async () => {
    const { ann, bob, nobody } = scene
    await ann.send('POST', bms)
    assertRefused(await bob.send('DELETE', bms), 409, "Lock owned by 'ann', cannot release as 'bob'")
    assertRefused(await bob.send('DELETE', `${bms}?break=false`), 409, "Lock owned by 'ann', cannot release as 'bob'")
    assertRefused(await nobody.send('DELETE', bms), 409, "Lock owned by 'ann', cannot release without a name")
    assertRefused(await bob.send('DELETE', `${bms}?break=perhaps`), 400, /query\/break/)
    assert.equal((await ann.send('DELETE', bms)).status, 204)
  })

  test('is broken by any client with a name while nobody is authenticated, and its owner is told once', async () => {
    const { ann, bob, nobody } = scene
    const write = () => ann.send('PUT', '/components/bms/data/limits', { value: 1 })
    await ann.send('POST', bms)
    assertRefused(await nobody.send('DELETE', `${bms}?break=true`), 400, /send X-SOVD-Client-Id/)
    assert.equal((await bob.send('DELETE', `${bms}?break=true`)).status, 204)
    assertRefused(await bob.send('DELETE', `${bms}?break=true`), 404, "No lock on component 'bms'")
    const told = await write()
    assertRefused(told, 409, "the lock of 'ann' on component 'bms' was broken")
    assert.equal(told.json.error.details[0].code, 'lock-broken')
    assert.equal((await write()).status, 204)
  })

  test('ends at the moment of its expiry', async () => {
    const { ann, bob, clock } = scene
    await ann.send('POST', bms, { durationSecs: 60 })
    await clock.advance(59_999)
    assert.equal((await bob.send('POST', bms)).headers.get('retry-after'), '1')
    await clock.advance(1)
    assertRefused(await ann.send('GET', bms), 404, "No lock on component 'bms'")
    assert.equal((await bob.send('POST', bms)).status, 201)
    await bob.send('DELETE', bms)
  })
})

describe('modes that were set under a lock are back at their defaults', () => {
  const endings: Record<string, (scene: Scene, path: string) => Promise<unknown>> = {
    'is released': ({ ann }, path) => ann.send('DELETE', path),
    'is broken': ({ bob }, path) => bob.send('DELETE', `${path}?break=true`),
    'is over': ({ clock }) => clock.advance(300_000),
  }

  for (const [how, end] of Object.entries(endings)) {
    for (const path of [bms, '/groups/powertrain/lock', '/lock']) {
      test(`when the lock of ${path} ${how}`, async () => {
        await using scene = await openScene()
        const { ann, fixture } = scene
        await ann.send('POST', path)
        assert.equal((await ann.send('POST', '/components/bms/modes', { mode: 'extended' })).status, 200)
        assert.equal((await ann.send('PUT', '/components/bms/modes/dtc-off')).status, 200)
        assert.deepEqual([fixture.vehicle.mode, fixture.vehicle.dtcSetting], ['extended', 'off'])
        await end(scene, path)
        await settle()
        assert.deepEqual([fixture.vehicle.mode, fixture.vehicle.dtcSetting], ['default', 'on'])
      })
    }
  }

  test('when the gateway stops', async () => {
    const scene = await openScene()
    const { ann, fixture } = scene
    await ann.send('POST', '/lock')
    await ann.send('POST', '/components/bms/modes', { mode: 'extended' })
    await scene[Symbol.asyncDispose]()
    assert.equal(fixture.vehicle.mode, 'default')
  })

  test('also those that were set through the ISO contract', async () => {
    await using scene = await openScene()
    const { ann, fixture } = scene
    const headers = { 'x-sovd-client-id': 'ann' }
    await ann.send('POST', bms)
    const change = { value: 'extended' }
    const reply = await fixture.send('PUT', '/vehicle/v1/components/bms/modes/session', change, headers)
    assert.equal(reply.status, 200)
    assert.equal(fixture.vehicle.mode, 'extended')
    await ann.send('DELETE', bms)
    await settle()
    assert.equal(fixture.vehicle.mode, 'default')
  })

  test('but not those that were set without one', async () => {
    await using scene = await openScene()
    const { ann, nobody, fixture } = scene
    await nobody.send('POST', '/components/bms/modes', { mode: 'extended' })
    await ann.send('POST', bms)
    await ann.send('DELETE', bms)
    await settle()
    assert.equal(fixture.vehicle.mode, 'extended')
  })
})
