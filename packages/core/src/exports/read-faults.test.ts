import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { EntityTree } from '../entities/tree.ts'
import type { FaultFacet } from '../facets/faults.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { faultSources, readFaults } from './read-faults.ts'

function component(id: string, list: FaultFacet['list']): Entity {
  return { kind: 'component', id, name: id, connectionState: 'connected', facets: { faults: { list } } }
}

function open(entities: readonly Entity[]) {
  const tree = new EntityTree([new MemoryBackend('m', entities)], silentLogger)
  const controller = new AbortController()
  const clock = new FakeClock()
  return { controller, clock, lists: readFaults(tree, faultSources(tree), clock, { signal: controller.signal }) }
}

test('asks a bounded number of sources, and further ones only as the lists before them are taken', async () => {
  let asked = 0
  const list = async () => {
    asked++
    return []
  }
  const { lists } = open(Array.from({ length: 100 }, (_, at) => component(`c${at}`, list)))
  assert.equal(asked, 0)
  await lists.next()
  assert.equal(asked, 8)
  await lists.next()
  assert.equal(asked, 9)
})

test('gives up the request that takes too long, and goes on with the next', async () => {
  const signals: AbortSignal[] = []
  const hanging: FaultFacet['list'] = ({ signal }) => {
    signals.push(signal)
    return new Promise(() => {})
  }
  const { clock, lists } = open([component('a', hanging), component('b', async () => [])])
  const first = lists.next()
  await clock.advance(9999)
  assert.equal(signals[0]?.aborted, false)
  await clock.advance(1)
  const { value } = await first
  assert.equal(signals[0]?.aborted, true)
  assert.deepEqual(
    value?.partial.map(({ backend, code }) => [backend, code]),
    [['m', 'gateway-timeout']],
  )
  assert.deepEqual((await lists.next()).value?.partial, [])
})

test('goes on asking a backend whose entities answer now and then', async () => {
  const hanging = () => new Promise<never>(() => {})
  const failing = () => Promise.reject(new SovdError('bad-gateway', 'no'))
  const entities = Array.from({ length: 30 }, (_, at) => component(`c${at}`, at % 2 === 0 ? hanging : failing))
  let asked = false
  const last = component('last', async () => {
    asked = true
    return []
  })
  const { clock, lists } = open([...entities, last])
  const done = (async () => {
    let taken = 0
    for await (const _ of lists) taken++
    return taken
  })()
  for (let round = 0; round < 10; round++) await clock.advance(10_000)
  assert.equal(await done, 31)
  assert.equal(asked, true)
})

test('ends with the request', async () => {
  const { controller, lists } = open([component('a', () => new Promise<never>(() => {}))])
  const first = lists.next()
  controller.abort(new Error('the client is gone'))
  await assert.rejects(first, { message: 'the client is gone' })
})
