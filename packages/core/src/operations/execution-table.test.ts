import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import fc from 'fast-check'
import type { Execution } from './execution.ts'
import { ExecutionTable } from './execution-table.ts'

const entity = { kind: 'component', id: 'bms' } as const

function execution(id: string, status: 'running' | 'completed', operationId = 'go'): Execution {
  return { id, entity, operationId, state: { status }, capability: 'execute', startedAt: '2026-01-01T00:00:00Z' }
}

test('what is over is kept for its time, what runs for ever', async () => {
  const clock = new FakeClock()
  const gone: string[] = []
  const table = new ExecutionTable(clock, { maxFinished: 9, maxPerOperation: 9, maxAgeMs: 1000 }, (id) => gone.push(id))
  table.put(execution('a', 'running'))
  table.put(execution('b', 'completed'))
  await clock.advance(999)
  assert.deepEqual(
    table.list(entity, 'go').map(({ id }) => id),
    ['b', 'a'],
  )
  assert.equal(table.latest(entity).get('go')?.id, 'b')
  await clock.advance(1)
  assert.equal(table.get('b'), undefined)
  assert.equal(table.latest(entity).get('go')?.id, 'a')
  assert.deepEqual(gone, ['b'])
  assert.equal(table.running, 1)
})

test('of those that are over, what ended first goes first, whenever it began', () => {
  const table = new ExecutionTable(new FakeClock(), { maxFinished: 1, maxPerOperation: 9, maxAgeMs: 1000 })
  table.put(execution('a', 'running'))
  table.put(execution('b', 'running'))
  table.put(execution('b', 'completed'))
  table.put(execution('a', 'completed'))
  assert.deepEqual(
    table.list(entity, 'go').map(({ id }) => id),
    ['a'],
  )
})

test('an operation that runs often does not push out what others did', () => {
  const table = new ExecutionTable(new FakeClock(), { maxFinished: 9, maxPerOperation: 2, maxAgeMs: 1000 })
  table.put(execution('rare', 'completed', 'rare'))
  for (let i = 0; i < 20; i++) table.put(execution(`e${i}`, 'completed'))
  assert.deepEqual(
    table.list(entity, 'go').map(({ id }) => id),
    ['e19', 'e18'],
  )
  assert.ok(table.get('rare'))
})

test('whatever is put and removed, bounds hold, nothing that runs is lost, and nothing is left behind', async () => {
  const command = fc.tuple(fc.constantFrom('start', 'end', 'wait', 'delete'), fc.nat(8), fc.constantFrom('go', 'stay'))
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      const clock = new FakeClock()
      const table = new ExecutionTable(clock, { maxFinished: 4, maxPerOperation: 3, maxAgeMs: 100 })
      const running = new Map<string, Execution>()
      const ended = new Set<string>()
      for (const [what, number, operationId] of commands) {
        const id = `${number}`
        if (what === 'start' && !ended.has(id) && !running.has(id)) {
          running.set(id, execution(id, 'running', operationId))
          table.put(execution(id, 'running', operationId))
        } else if (what === 'end' && running.has(id)) {
          table.put({ ...execution(id, 'completed'), operationId: running.get(id)?.operationId ?? '' })
          running.delete(id)
          ended.add(id)
        } else if (what === 'wait') await clock.advance(40)
        else if (what === 'delete') {
          table.delete(id)
          running.delete(id)
        }
        const lists = ['go', 'stay'].map((each) => table.list(entity, each))
        const over = lists.map((list) => list.filter(({ state }) => state.status !== 'running').length)
        assert.ok(over.every((count) => count <= 3) && (over[0] ?? 0) + (over[1] ?? 0) <= 4)
        assert.equal(lists.flat().length - (over[0] ?? 0) - (over[1] ?? 0), running.size)
        assert.equal(table.running, running.size)
      }
    }),
    { numRuns: 50 },
  )
})
