import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { Reply } from '../testing/fixture.ts'
import { BASE, openCheckedFixture } from './testing/checked-fixture.ts'
import { acquire, assertConflict, type Send, sendAs } from './testing/lock-client.ts'

const bms = '/components/bms'
const locks = `${bms}/locks`

interface Scene extends AsyncDisposable {
  readonly clock: FakeClock
  readonly ann: Send
  readonly bob: Send
  readonly nobody: Send
}

async function openScene(): Promise<Scene> {
  const clock = new FakeClock()
  const fixture = await openCheckedFixture({ clock })
  return {
    clock,
    ann: sendAs(fixture, 'ann'),
    bob: sendAs(fixture, 'bob'),
    nobody: fixture.send,
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  }
}

describe('a lock [17978-3 7.17]', () => {
  let scene: Scene
  before(async () => {
    scene = await openScene()
  })
  after(() => scene[Symbol.asyncDispose]())

  for (const collection of ['areas', 'components', 'apps', 'functions']) {
    test(`of ${collection} is acquired, listed, read, renewed and released`, async () => {
      const { ann, bob, nobody, clock } = scene
      const at = `/${collection}/bms/locks`
      const start = clock.now()
      const acquired = await ann('POST', at, { lock_expiration: 60, scopes: ['data', 'faults'] })
      assert.deepEqual(Object.keys(acquired.json), ['id'])
      const { id } = acquired.json
      assert.equal(acquired.headers.get('location'), `${BASE}${at}/${id}`)
      for (const [send, owned] of [
        [ann, true],
        [bob, false],
        [nobody, false],
      ] as const) {
        assert.deepEqual((await send('GET', at)).json, { items: [{ id, owned, scopes: ['data', 'faults'] }] })
        assert.deepEqual((await send('GET', `${at}/${id}`)).json, {
          lock_expiration: new Date(start + 60_000).toISOString(),
          owned,
          scopes: ['data', 'faults'],
        })
      }
      await clock.advance(30_000)
      const renewed = await ann('PUT', `${at}/${id}`, { lock_expiration: 40 })
      assert.equal(renewed.status, 204)
      const { lock_expiration } = (await ann('GET', `${at}/${id}`)).json
      assert.equal(lock_expiration, new Date(start + 70_000).toISOString())
      assert.equal((await ann('DELETE', `${at}/${id}`)).status, 204)
      assert.deepEqual((await ann('GET', at)).json, { items: [] })
      for (const [method, body] of [['GET'], ['PUT', { lock_expiration: 1 }], ['DELETE']] as const) {
        const reply = await ann(method, `${at}/${id}`, body)
        assert.equal(reply.status, 404)
        assert.equal(reply.json.vendor_code, 'resource-not-found')
      }
    })
  }

  test('can be had of what has nothing else', async () => {
    const at = '/components/bare/locks'
    assert.deepEqual((await scene.ann('GET', at)).json, { items: [] })
    const lock = await acquire(scene.ann, at)
    assert.deepEqual((await scene.ann('GET', at)).json.items[0].scopes, [])
    await scene.ann('DELETE', lock)
  })

  test('cannot be had of what is not there', async () => {
    for (const [method, body] of [['GET'], ['POST', { lock_expiration: 60 }]] as const) {
      const entity = await scene.ann(method, '/components/none/locks', body)
      assert.deepEqual([entity.status, entity.json.vendor_code], [404, 'entity-not-found'])
      const collection = await scene.ann(method, '/groups/powertrain/locks', body)
      assert.deepEqual([collection.status, collection.json.vendor_code], [404, 'resource-not-found'])
    }
    assert.equal((await scene.ann('GET', '/planets/bms/locks/x')).status, 404)
    assert.equal((await scene.ann('DELETE', '/components/none/locks/x')).status, 404)
  })

  test('is one of its entity only', async () => {
    const { ann } = scene
    const lock = await acquire(ann, locks)
    assert.equal((await ann('GET', lock.replace('components', 'apps'))).status, 404)
    assert.equal((await ann('DELETE', lock.replace('bms', 'bare'))).status, 404)
    assert.equal((await ann('DELETE', lock)).status, 204)
  })

  test('is refused for scopes, terms and bodies that cannot be', async () => {
    const { ann } = scene
    const lock = await acquire(ann, locks, { lock_expiration: 60, scopes: ['modes'] })
    const before = (await ann('GET', lock)).json
    const terms = [
      { lock_expiration: 0 },
      { lock_expiration: -1 },
      { lock_expiration: 3600.5 },
      '{"lock_expiration":1e400}',
    ]
    const shapes = [{}, { lock_expiration: '60' }, { lock_expiration: null }, [], 'null', '{', '', undefined]
    const requests = [{ scopes: ['nothing'] }, { scopes: ['locks'] }, { scopes: 'data' }, { break_lock: 'yes' }]
    for (const body of [...terms, ...shapes, ...requests.map((each) => ({ lock_expiration: 60, ...each }))]) {
      const reply = await ann('POST', locks, body)
      assert.equal(reply.status, 400, JSON.stringify(body))
      assert.equal(reply.json.error_code, 'incomplete-request')
    }
    for (const body of [...terms, ...shapes]) {
      const reply = await ann('PUT', lock, body)
      assert.equal(reply.status, 400, JSON.stringify(body))
      assert.equal(reply.json.error_code, 'incomplete-request')
    }
    assert.deepEqual((await ann('GET', lock)).json, before)
    assert.equal((await ann('GET', locks)).json.items.length, 1)
    await ann('DELETE', lock)
  })

  test('belongs to a client that says who it is', async () => {
    const reply = await scene.nobody('POST', locks, { lock_expiration: 60 })
    assert.equal(reply.status, 400)
    assert.match(reply.json.message, /send X-SOVD-Client-Id/)
    assert.deepEqual((await scene.nobody('GET', locks)).json.items, [])
  })

  test('is renewed and released by its owner only', async () => {
    const { ann, bob, nobody } = scene
    const lock = await acquire(ann, locks)
    const before = (await ann('GET', lock)).json
    for (const send of [bob, nobody]) {
      const renewal = await send('PUT', lock, { lock_expiration: 5 })
      assertConflict(renewal, 'precondition-not-fulfilled', /owned by 'ann', cannot renew/)
      assertConflict(await send('DELETE', lock), 'precondition-not-fulfilled', /owned by 'ann', cannot release/)
    }
    assert.deepEqual((await ann('GET', lock)).json, before)
    await ann('DELETE', lock)
  })

  test('is one of several that a client may have; the same again is the one it has', async () => {
    const { ann } = scene
    const whole = await acquire(ann, locks)
    const part = await acquire(ann, locks, { lock_expiration: 60, scopes: ['faults', 'data'] })
    assert.notEqual(part, whole)
    assert.equal(await acquire(ann, locks, { lock_expiration: 90, scopes: ['data', 'faults'] }), part)
    assert.equal((await ann('GET', locks)).json.items.length, 2)
    for (const lock of [whole, part]) await ann('DELETE', lock)
  })

  test('keeps others from locking, and from changing, what it is about, and undoes the modes at its end', async () => {
    const { ann, bob, nobody } = scene
    const lock = await acquire(ann, locks, { lock_expiration: 60, scopes: ['modes'] })
    for (const scopes of [['modes'], ['data', 'modes'], []]) {
      const reply = await bob('POST', locks, { lock_expiration: 60, scopes })
      assertConflict(reply, 'precondition-not-fulfilled', /already locked by 'ann'/)
      assert.equal(reply.headers.get('retry-after'), '60')
    }
    const other = await acquire(bob, locks, { lock_expiration: 60, scopes: ['data'] })
    const change = (send: Send) => send('PUT', `${bms}/modes/session`, { value: 'extended' })
    for (const send of [bob, nobody]) {
      assertConflict(await change(send), 'precondition-not-fulfilled', /is locked by 'ann'/)
      assert.equal((await send('GET', `${bms}/modes/session`)).json.value, 'default')
    }
    assert.equal((await change(ann)).status, 200)
    await bob('DELETE', other)
    await ann('DELETE', lock)
    await settle()
    assert.equal((await bob('GET', `${bms}/modes/session`)).json.value, 'default')
    assert.equal((await change(bob)).status, 200)
  })

  test('ends when its time is over', async () => {
    const { ann, bob, clock } = scene
    const lock = await acquire(ann, locks, { lock_expiration: 1.5 })
    await clock.advance(1499)
    assert.equal((await ann('GET', lock)).status, 200)
    await clock.advance(1)
    assert.equal((await ann('GET', lock)).status, 404)
    await bob('DELETE', await acquire(bob, locks))
  })
})

describe('a broken lock [17978-3 7.17]', () => {
  const uses: readonly (readonly [what: string, use: (ann: Send, lock: string) => Promise<Reply>])[] = [
    ['is renewed', (ann, lock) => ann('PUT', lock, { lock_expiration: 60 })],
    ['is released', (ann, lock) => ann('DELETE', lock)],
    ['is acquired again', (ann) => ann('POST', locks, { lock_expiration: 60 })],
    ['is to cover a change', (ann) => ann('PUT', `${bms}/modes/session`, { value: 'extended' })],
  ]
  for (const [what, use] of uses) {
    test(`is told of when it ${what}, once`, async () => {
      await using scene = await openScene()
      const { ann, bob } = scene
      const lock = await acquire(ann, locks)
      const taken = await acquire(bob, locks, { lock_expiration: 60, break_lock: true, scopes: ['modes'] })
      assert.equal((await ann('GET', lock)).status, 404)
      assert.deepEqual(
        (await bob('GET', locks)).json.items.map(({ id }: { id: string }) => `${locks}/${id}`),
        [taken],
      )
      assertConflict(await use(ann, lock), 'lock-broken', /the lock of 'ann' on component 'bms' was broken/)
      const again = await use(ann, lock)
      assert.notEqual(again.json?.error_code, 'lock-broken')
      assert.equal((await bob('GET', taken)).json.owned, true)
    })
  }

  test('is whole, although the other wanted a part of it; what is not in the way stays', async () => {
    await using scene = await openScene()
    const { ann, bob } = scene
    await acquire(ann, locks, { lock_expiration: 60, scopes: ['data', 'modes'] })
    const faults = await acquire(ann, locks, { lock_expiration: 60, scopes: ['faults'] })
    await acquire(bob, locks, { lock_expiration: 60, scopes: ['modes'], break_lock: true })
    const { items } = (await ann('GET', locks)).json
    assert.deepEqual(
      items.map(({ owned, scopes }: { owned: boolean; scopes: string[] }) => [owned, scopes]),
      [
        [true, ['faults']],
        [false, ['modes']],
      ],
    )
    assert.equal((await ann('DELETE', faults)).status, 204)
  })

  test('is not broken by a request that is refused', async () => {
    await using scene = await openScene()
    const lock = await acquire(scene.ann, locks)
    for (const body of [
      { lock_expiration: 3601, break_lock: true },
      { lock_expiration: 60, break_lock: true, scopes: ['nothing'] },
    ]) {
      assert.equal((await scene.bob('POST', locks, body)).status, 400)
    }
    assert.equal((await scene.nobody('POST', locks, { lock_expiration: 60, break_lock: true })).status, 400)
    assert.equal((await scene.ann('GET', lock)).json.owned, true)
  })
})
