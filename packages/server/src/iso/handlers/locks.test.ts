import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { type NamedCaller, openDiagnostics } from '@opensovd/core'
import { type Call, SovdError } from '@opensovd/sovd'
import { isoContract } from '../contract.ts'
import { vehicleBackend } from '../testing/vehicle.ts'

test('who may not break a lock is told of a conflict, and the lock stays [17978-3 7.17]', async () => {
  const clock = new FakeClock()
  let next = 0
  const createId = () => `l${++next}`
  await using diagnostics = openDiagnostics({ clock, log: silentLogger, createId, backends: [vehicleBackend()] })
  const contract = isoContract({ diagnostics, serverName: 's', serverVersion: '1', base: '/v', otherBases: [] })
  const acquire = async (caller: NamedCaller, breakLock: boolean) => {
    const params = { entityCollection: 'components', entityId: 'bms' }
    const body = { lock_expiration: 60, break_lock: breakLock }
    const context = { caller, url: '', origin: '', signal: new AbortController().signal }
    const call: unknown = { params, query: undefined, body }
    return await contract.handlers.acquireLock?.(call as Call, context)
  }
  const bobWith = (...permissions: string[]) => ({
    subject: 'bob',
    permits: (one: string) => permissions.includes(one),
  })

  await acquire({ subject: 'ann' }, false)
  await assert.rejects(acquire(bobWith('locks:write'), true), (error) => {
    assert.ok(error instanceof SovdError)
    const { status, body } = contract.errorAnswer(error)
    assert.equal(status, 409)
    assert.deepEqual(body, {
      error_code: 'precondition-not-fulfilled',
      message: "'bob' lacks the permission locks:break",
    })
    return true
  })
  const [kept] = diagnostics.locks.list({ kind: 'component', id: 'bms' })
  assert.equal(kept?.owner, 'ann')

  await acquire(bobWith('locks:write', 'locks:break'), true)
  const [taken, ...others] = diagnostics.locks.list({ kind: 'component', id: 'bms' })
  assert.deepEqual([taken?.owner, others], ['bob', []])
})
