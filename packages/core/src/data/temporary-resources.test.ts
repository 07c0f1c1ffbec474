import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { type Temporary, type TemporaryOptions, TemporaryResources } from './temporary-resources.ts'

const A = { kind: 'component', id: 'a' } as const
const B = { kind: 'component', id: 'b' } as const

function setUp(options: Partial<TemporaryOptions> = {}) {
  const clock = new FakeClock()
  const over: string[] = []
  const all = new TemporaryResources<Temporary>({ clock, what: 'thing', max: 2, retainMs: 1000, ...options })
  const add = (id: string, lastsMs?: number, entity: Temporary['entity'] = A) =>
    all.add({ id, entity, onOver: () => over.push(id) }, lastsMs === undefined ? undefined : clock.now() + lastsMs)
  return { clock, all, over, add }
}

test('what is over can be found for a while, and is then forgotten', async () => {
  const { clock, all, over, add } = setUp()
  add('x', 5000)
  await clock.advance(5000)
  assert.deepEqual([over, all.find('x')?.id, all.living()], [['x'], 'x', []])
  assert.throws(() => all.restart(A, 'x', clock.now() + 1), { code: 'conflict' })
  await clock.advance(1000)
  assert.equal(all.find('x'), undefined)
  assert.equal(clock.pending, 0)
})

test('what has no end lasts until somebody ends it', async () => {
  const { clock, all, over, add } = setUp()
  add('x')
  await clock.advance(1e9)
  assert.deepEqual([over, all.expiryOf('x')], [[], undefined])
  all.finish('x')
  all.finish('x')
  assert.deepEqual(over, ['x'])
})

test('there are as many as may be, and those that are over make room', () => {
  const { all, add } = setUp({ whenFull: 'too-many-requests' })
  add('x')
  add('y')
  assert.throws(() => all.requireRoom(), { code: 'too-many-requests', message: 'there are 2 things already' })
  all.finish('x')
  all.requireRoom()
  assert.deepEqual(
    all.list(A).map(({ id }) => id),
    ['y'],
  )
})

test('what is of one entity is deleted and cleared without what is of another', () => {
  const { clock, all, over, add } = setUp()
  add('x', 1000)
  add('y', 1000, B)
  assert.throws(() => all.delete(A, 'y'), { code: 'not-found' })
  all.clear(A)
  assert.deepEqual([over, all.find('x'), all.find('y')?.id], [['x'], undefined, 'y'])
  all.delete(B, 'y')
  assert.deepEqual([over, all.size, clock.pending], [['x', 'y'], 0, 0])
})
