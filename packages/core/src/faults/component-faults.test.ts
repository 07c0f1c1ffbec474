import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SovdError, type SovdErrorCode } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { Fault, FaultFacet } from '../facets/faults.ts'
import type { CallContext } from '../ports/call-context.ts'
import { componentFaults } from './component-faults.ts'
import { openManager, record } from './testing/records.ts'

const context: CallContext = { signal: new AbortController().signal }

/** What the component's own memory holds; `refusal` is what each call of it ends in. */
interface Memory {
  readonly faults: Map<string, Fault>
  refusal: SovdErrorCode | undefined
  readonly calls: string[]
}

function open(ownIds: readonly string[] | undefined, without: readonly (keyof FaultFacet)[] = []) {
  const memory: Memory = { faults: new Map(), refusal: undefined, calls: [] }
  for (const id of ownIds ?? []) {
    memory.faults.set(id, { id, code: id, name: `own ${id}`, severity: 3, status: { aggregatedStatus: 'passive' } })
  }
  const facet = Object.fromEntries(Object.entries(facetOf(memory)).filter(([name]) => !without.some((n) => n === name)))
  const component: Entity = {
    kind: 'component',
    id: 'hvac',
    name: 'HVAC',
    connectionState: 'connected',
    facets: ownIds ? { faults: { list: facetOf(memory).list, ...facet } } : {},
  }
  const { manager } = openManager()
  const faults = componentFaults(component, 'the-backend', manager)
  const ids = async () => (await faults.list(context)).map(({ id }) => id)
  return { memory, manager, faults, ids }
}

function facetOf(memory: Memory): FaultFacet {
  const called = (call: string) => {
    memory.calls.push(call)
    if (memory.refusal) throw new SovdError(memory.refusal, 'refused')
  }
  return {
    async list() {
      called('list')
      return [...memory.faults.values()]
    },
    async clearAll() {
      called('clearAll')
      memory.faults.clear()
    },
    async clear(id) {
      called(`clear ${id}`)
      if (!memory.faults.delete(id)) throw new SovdError('not-found', id)
    },
  }
}

describe('the faults of a component', () => {
  test('are those of its memory and then those reported', async () => {
    const { manager, ids } = open(['own'])
    manager.report(record('Failed', { faultId: 'b' }))
    manager.report(record('Failed', { faultId: 'a' }))
    assert.deepEqual(await ids(), ['own', 'b', 'a'])
  })

  test('with one id in both are one fault, named by its memory and as bad as the worse says', async () => {
    const { manager, faults } = open(['x'])
    manager.report(record('Failed', { faultId: 'x', description: 'seen by an app', severity: 'Fatal' }))
    const [fault, ...others] = await faults.list(context)
    assert.deepEqual(others, [])
    assert.equal(fault?.name, 'own x')
    assert.equal(fault.description, 'seen by an app')
    assert.equal(fault.severity, 1)
    assert.equal(fault.status.aggregatedStatus, 'active')
    assert.deepEqual(await faults.read?.('x', context), fault)
  })

  test('can be had in part while the memory cannot be asked, but only where there are some', async () => {
    const { memory, manager, faults } = open(['own'])
    memory.refusal = 'bad-gateway'
    await assert.rejects(async () => faults.listPartly?.(context), { code: 'bad-gateway' })
    manager.report(record('Failed'))
    await assert.rejects(faults.list(context), { code: 'bad-gateway' })
    const { faults: had, partial } = (await faults.listPartly?.(context)) ?? {}
    assert.deepEqual(
      had?.map(({ id }) => id),
      ['overheated'],
    )
    assert.deepEqual(partial, [{ backend: 'the-backend', code: 'bad-gateway', message: 'refused' }])
    assert.equal((await faults.read?.('overheated', context))?.id, 'overheated')
  })

  test('are read one by one, and missing ones are not found', async () => {
    const { manager, faults } = open(['own'])
    manager.report(record('Failed'))
    assert.equal((await faults.read?.('own', context))?.id, 'own')
    assert.equal((await faults.read?.('overheated', context))?.id, 'overheated')
    await assert.rejects(async () => faults.read?.('none', context), { code: 'not-found' })
    await assert.rejects(async () => open(undefined).faults.read?.('none', context), { code: 'not-found' })
  })
})

describe('clearing a fault', () => {
  test('that was reported leaves the memory alone', async () => {
    const { memory, manager, faults, ids } = open(['own'])
    manager.report(record('Failed'))
    await faults.clear?.('overheated', context)
    assert.deepEqual(await ids(), ['own'])
    assert.ok(!memory.calls.some((call) => call.startsWith('clear')))
  })

  test('of the memory clears it there', async () => {
    const { memory, faults } = open(['own'])
    await faults.clear?.('own', context)
    assert.equal(memory.faults.size, 0)
    await assert.rejects(async () => faults.clear?.('own', context), { code: 'not-found' })
  })

  test('of both clears both', async () => {
    const { manager, faults, ids } = open(['overheated'])
    manager.report(record('Failed'))
    await faults.clear?.('overheated', context)
    assert.deepEqual(await ids(), [])
  })

  test('that the memory refuses drops nothing', async () => {
    const { memory, manager, faults } = open(['overheated'])
    manager.report(record('Failed'))
    memory.refusal = 'conflict'
    await assert.rejects(async () => faults.clear?.('overheated', context), { code: 'conflict' })
    await assert.rejects(async () => faults.clearAll?.(context), { code: 'conflict' })
    assert.equal(manager.size, 1)
  })

  test('that the memory has no means for says so and drops nothing', async () => {
    const { manager, faults, ids } = open(['overheated'], ['clear', 'clearAll'])
    manager.report(record('Failed'))
    manager.report(record('Failed', { faultId: 'reported' }))
    await assert.rejects(async () => faults.clear?.('overheated', context), { code: 'not-implemented' })
    await assert.rejects(async () => faults.clearAll?.(context), { code: 'not-implemented' })
    await faults.clear?.('reported', context)
    assert.deepEqual(await ids(), ['overheated'])
    assert.equal(manager.size, 1)
  })

  test('all together clears what both have, but not what is reported while the memory is cleared', async () => {
    const { memory, manager, faults, ids } = open(['own'])
    manager.report(record('Failed'))
    const clearing = faults.clearAll?.(context)
    manager.report(record('Failed', { faultId: 'meanwhile' }))
    await clearing
    assert.equal(memory.faults.size, 0)
    assert.deepEqual(await ids(), ['meanwhile'])
  })

  test('of a component without a memory clears what was reported', async () => {
    const { manager, faults } = open(undefined)
    manager.report(record('Failed'))
    await faults.clearAll?.(context)
    assert.equal(manager.size, 0)
    await assert.rejects(async () => faults.clear?.('none', context), { code: 'not-found' })
  })
})
