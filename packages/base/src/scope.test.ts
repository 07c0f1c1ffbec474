import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scope } from './scope.ts'
import { FakeClock, settle } from './testing/index.ts'

test('closes what it adopted in reverse order, after its work has ended, and only once', async () => {
  const log: string[] = []
  const scope = new Scope((error) => assert.fail(String(error)))
  for (const name of ['first', 'second']) scope.adopt({ [Symbol.dispose]: () => void log.push(name) })
  scope.run(async (signal) => {
    await new FakeClock().sleep(1000, signal).catch(() => {})
    log.push('work')
  })
  await Promise.all([scope.close(), scope.close()])
  assert.deepEqual(log, ['work', 'second', 'first'])
})

test('reports work that fails by itself, and not what ends because the scope does', async () => {
  const failures: unknown[] = []
  const scope = new Scope((error) => failures.push(error))
  const broken = new Error('broken')
  scope.run(async () => {
    throw broken
  })
  scope.run(async (signal) => {
    await new FakeClock().sleep(1000, signal)
  })
  await settle()
  await scope.close()
  assert.deepEqual(failures, [broken])
})
