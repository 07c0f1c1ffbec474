import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Fixture, openFixture } from '../testing/fixture.ts'
import { BASE, judge } from './testing/checked-fixture.ts'
import { acquire, assertConflict, type Send, sendAs } from './testing/lock-client.ts'

const bms = '/components/bms'
const locks = `${bms}/locks`

describe('locks of both contracts', () => {
  let fixture: Fixture
  let clients: { readonly [name in 'ann' | 'bob']: { readonly iso: Send; readonly native: Send } }
  before(async () => {
    fixture = await openFixture()
    const sendersOf = (name: string) => {
      const send = sendAs(fixture, name)
      const iso: Send = async (method, path, body) => {
        const reply = await send(method, BASE + path, body)
        judge(method, path, reply)
        return reply
      }
      return { iso, native: (method: string, path: string, body?: unknown) => send(method, `/sovd/v1${path}`, body) }
    }
    clients = { ann: sendersOf('ann'), bob: sendersOf('bob') }
  })
  after(() => fixture[Symbol.asyncDispose]())

  test('are the same where they are about the whole of a component', async () => {
    const { ann, bob } = clients
    const lock = await acquire(ann.iso, locks)
    const native = (await bob.native('GET', `${bms}/lock`)).json
    assert.equal(native.lockedBy, 'ann')
    assert.equal(native.expires, (await ann.iso('GET', lock)).json.lock_expiration)
    assert.equal((await bob.native('DELETE', `${bms}/lock`)).status, 409)
    assert.equal((await ann.native('DELETE', `${bms}/lock`)).status, 204)
    assert.equal((await ann.iso('GET', lock)).status, 404)

    assert.equal((await ann.native('POST', `${bms}/lock`, { durationSecs: 60 })).status, 201)
    const [{ id, ...rest }] = (await bob.iso('GET', locks)).json.items
    assert.deepEqual(rest, { owned: false, scopes: [] })
    assertConflict(await bob.iso('DELETE', `${locks}/${id}`), 'precondition-not-fulfilled', /owned by 'ann'/)
    assert.equal((await ann.iso('DELETE', `${locks}/${id}`)).status, 204)
    assert.equal((await bob.native('GET', `${bms}/lock`)).status, 404)
  })

  test('hold whichever contract a change comes through', async () => {
    const { ann, bob } = clients
    const iso = (send: Send) => send('PUT', `${bms}/configurations/limit`, { data: 4 })
    const native = (send: Send) => send('PUT', `${bms}/configurations`, { name: 'limit', value: 4 })
    const lock = await acquire(ann.iso, locks, { lock_expiration: 60, scopes: ['configurations'] })
    assert.equal((await native(bob.native)).status, 409)
    assert.equal((await iso(bob.iso)).status, 409)
    assert.equal((await native(ann.native)).status, 204)
    await ann.iso('DELETE', lock)
    assert.equal((await native(bob.native)).status, 204)
    for (const path of [`${bms}/lock`, '/groups/powertrain/lock', '/lock']) {
      assert.equal((await ann.native('POST', path, { durationSecs: 60 })).status, 201)
      assertConflict(await iso(bob.iso), 'precondition-not-fulfilled', /locked by 'ann'/)
      const reply = await bob.iso('POST', locks, { lock_expiration: 60 })
      assertConflict(reply, 'precondition-not-fulfilled', /already locked by 'ann'/)
      assert.equal((await iso(ann.iso)).status, 204)
      assert.equal((await ann.native('DELETE', path)).status, 204)
    }
  })

  test('are broken through one and told of through the other', async () => {
    const { ann, bob } = clients
    await ann.native('POST', '/groups/powertrain/lock', { durationSecs: 60 })
    const lock = await acquire(bob.iso, locks, { lock_expiration: 60, break_lock: true })
    const told = await ann.native('PUT', '/groups/powertrain/lock')
    assert.equal(told.status, 409)
    assert.equal(told.json.error.details[0].code, 'lock-broken')
    assert.equal((await ann.native('DELETE', `${bms}/lock?break=true`)).status, 204)
    assertConflict(await bob.iso('PUT', lock, { lock_expiration: 60 }), 'lock-broken', /was broken/)
    assert.equal((await bob.iso('PUT', lock, { lock_expiration: 60 })).status, 404)
  })
})
