import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger, untilAborted } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { Fault, FaultFacet } from '../facets/faults.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { openDiagnostics } from '../open-diagnostics.ts'
import type { CallContext } from '../ports/call-context.ts'
import { MemoryFaultHistory } from './memory-fault-history.ts'
import type { PastFault } from './past-fault.ts'

const START = Date.UTC(2026, 0, 1)

function fault(id: string): Fault {
  return { id, code: id, name: id, severity: 2, status: { testFailed: '1' }, environmentData: { km: 1 } }
}

/** A component with two faults in a memory that counts how often it was read, with some of its methods replaced. */
function open(more: Partial<FaultFacet> = {}) {
  const clock = new FakeClock()
  const history = new MemoryFaultHistory()
  const inMemory = new Map(['f1', 'f2'].map((id) => [id, fault(id)]))
  let reads = 0
  const own: FaultFacet = {
    list: async () => {
      reads++
      return [...inMemory.values()]
    },
    clear: async (id) => {
      if (!inMemory.delete(id)) throw new SovdError('not-found', `no '${id}'`)
    },
    clearAll: async () => inMemory.clear(),
    ...more,
  }
  const diagnostics = openDiagnostics({
    clock,
    log: silentLogger,
    createId: () => 'x',
    backends: [
      new MemoryBackend('m', [
        { kind: 'component', id: 'bms', name: 'B', connectionState: 'connected', facets: { faults: own } },
      ]),
    ],
    faultHistory: history,
  })
  const { faults } = diagnostics.tree.get('component', 'bms').facets
  assert.ok(faults?.clear && faults.clearAll)
  const { list, clear, clearAll } = faults
  const context = (caller?: CallContext['caller']): CallContext => ({
    signal: new AbortController().signal,
    ...(caller && { caller }),
  })
  const recorded = async () => {
    const all: PastFault[] = []
    for await (const past of history.read({}, new AbortController().signal)) all.push(past)
    return all
  }
  return {
    clock,
    diagnostics,
    faults: { list, clear, clearAll },
    inMemory,
    context,
    recorded,
    ids: async () => (await recorded()).map((past) => ('entity' in past ? past.fault.id : past.fault.faultId)),
    reads: () => reads,
  }
}

test('a cleared fault is recorded as it was, with the time of the confirmation and who cleared it', async () => {
  const confirmed = Promise.withResolvers<void>()
  const { clock, faults, context, recorded } = open({ clear: () => confirmed.promise })
  const cleared = faults.clear('f2', context({ subject: 'ann' }))
  await settle()
  await clock.advance(700)
  assert.deepEqual(await recorded(), [])
  confirmed.resolve()
  await cleared
  const { environmentData: _, ...f2 } = fault('f2')
  const entity = { kind: 'component', id: 'bms', components: ['bms'] }
  const event = { event: 'cleared', reason: 'cleared', by: { subject: 'ann' } }
  assert.deepEqual(await recorded(), [{ atMs: START + 700, ...event, entity, fault: f2 }])
})

test('all that is cleared together is recorded', async () => {
  const { faults, context, ids } = open()
  await faults.clearAll(context())
  assert.deepEqual(await ids(), ['f1', 'f2'])
})

test('what the source refuses to clear is not recorded', async () => {
  const refuse = async () => {
    throw new SovdError('conflict', 'not now')
  }
  const { faults, context, ids } = open({ clear: refuse, clearAll: refuse })
  await assert.rejects(faults.clear('f1', context()), { code: 'conflict' })
  await assert.rejects(faults.clearAll(context()), { code: 'conflict' })
  assert.deepEqual(await ids(), [])
})

test('faults that cannot be read are cleared all the same', async () => {
  const list = async () => {
    throw new SovdError('unavailable', 'the memory is busy')
  }
  const { faults, context, inMemory, ids } = open({ list })
  await faults.clear('f1', context())
  assert.deepEqual([...inMemory.keys()], ['f2'])
  await faults.clearAll(context())
  assert.equal(inMemory.size, 0)
  assert.deepEqual(await ids(), [])
})

test('clearing waits two seconds for a source that does not answer what it has, whether or not that heeds the end', async () => {
  for (const list of [
    () => new Promise<never>(() => {}),
    async ({ signal }: CallContext) => {
      await untilAborted(signal)
      throw signal.reason
    },
  ]) {
    const { clock, faults, context, inMemory, ids } = open({ list })
    const cleared = faults.clearAll(context())
    await settle()
    await clock.advance(1999)
    assert.equal(inMemory.size, 2)
    await clock.advance(1)
    await cleared
    assert.equal(inMemory.size, 0)
    assert.deepEqual(await ids(), [])
  }
})

test('who leaves before the faults were read clears nothing', async () => {
  const { faults, inMemory } = open({ list: () => new Promise<never>(() => {}) })
  const leaving = new AbortController()
  const cleared = faults.clearAll({ signal: leaving.signal })
  leaving.abort(new Error('gone'))
  await assert.rejects(cleared, /gone/)
  assert.equal(inMemory.size, 2)
})

test('nothing is read nor recorded while the feature is off', async () => {
  const { diagnostics, faults, context, ids, reads } = open()
  diagnostics.features.set('history', false, {})
  await faults.clearAll(context())
  assert.equal(reads(), 0)
  assert.deepEqual(await ids(), [])
})

test('what a request saw just now is not read again, nor recorded twice', async () => {
  const { faults, context, ids, reads } = open()
  const request = context()
  for (const { id } of await faults.list(request)) await faults.clear(id, request)
  await faults.clearAll(request)
  assert.equal(reads(), 1)
  assert.deepEqual(await ids(), ['f1', 'f2'])
})

test('what was seen longer ago is read again', async () => {
  const { clock, faults, inMemory, context, ids } = open()
  const script = context()
  await faults.list(script)
  inMemory.set('f3', fault('f3'))
  await clock.advance(2000)
  await faults.clearAll(script)
  assert.deepEqual(await ids(), ['f1', 'f2', 'f3'])
})

test('a fault that programs reported is recorded with who cleared it, and once', async () => {
  const { diagnostics, faults, context, recorded } = open()
  const record = { componentId: 'bms', faultId: 'r1', source: 'monitor', severity: 'Error', stage: 'Failed' } as const
  diagnostics.faults.report(record)
  await faults.clear('r1', context({ subject: 'ann' }))
  assert.deepEqual(
    (await recorded()).map(({ event, by }) => [event, by?.subject]),
    [
      ['raised', undefined],
      ['cleared', 'ann'],
    ],
  )
})
