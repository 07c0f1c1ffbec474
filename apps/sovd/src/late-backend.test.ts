import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { settle } from '@opensovd/base/testing'
import { MemoryBackend } from '@opensovd/core'
import { LateBackend } from './late-backend.ts'

test('it has no entities until it is opened, and then those of what was opened', async () => {
  const opening = Promise.withResolvers<MemoryBackend>()
  const late = new LateBackend('late', silentLogger, () => opening.promise)
  let changes = 0
  late.onChange(() => changes++)
  const stop = new AbortController()
  const running = late.run(stop.signal)
  assert.equal(JSON.stringify(late.snapshot), '{"status":{"phase":"untried"},"entities":[]}')
  const inner = new MemoryBackend('inner')
  opening.resolve(inner)
  await settle()
  inner.replace([{ kind: 'component', id: 'x', name: 'x', connectionState: 'connected', facets: {} }])
  const ids = late.snapshot.entities.map(({ id }) => id)
  assert.deepEqual([changes, ids], [2, ['x']])
  stop.abort()
  await running
})

test('what is opened after it was closed is closed at once', async () => {
  const opening = Promise.withResolvers<MemoryBackend>()
  const late = new LateBackend('late', silentLogger, () => opening.promise)
  const running = late.run(new AbortController().signal)
  await late[Symbol.asyncDispose]()
  let isClosed = false
  opening.resolve(
    Object.assign(new MemoryBackend('inner'), {
      [Symbol.asyncDispose]: async () => {
        isClosed = true
      },
    }),
  )
  await running
  assert.ok(isClosed)
})

test('a failure to open is a failure of its run, unless it has ended', async () => {
  const fails = () => Promise.reject(new Error('no'))
  await assert.rejects(new LateBackend('late', silentLogger, fails).run(new AbortController().signal), /no/)
  await new LateBackend('late', silentLogger, fails).run(AbortSignal.abort())
})
