import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import type { FaultJournal, KeptFault } from './fault-journal.ts'
import { FaultManager, type FaultManagerOptions } from './fault-manager.ts'
import { DEFAULT_POLICY, type FaultPolicy } from './fault-policy.ts'
import { faultOf } from './reported-fault.ts'
import { managerWith, record } from './testing/records.ts'

/** A journal on paper, which the next manager reads. */
class Paper implements FaultJournal {
  restored: readonly KeptFault[] = []
  readonly #kept = new Map<string, string>()

  put(kept: KeptFault): void {
    this.#kept.set(`${kept.fault.componentId}/${kept.fault.faultId}`, JSON.stringify(kept))
  }

  delete({ componentId, faultId }: KeptFault['fault']): void {
    this.#kept.delete(`${componentId}/${faultId}`)
  }

  get ids(): readonly string[] {
    return [...this.#kept.keys()]
  }

  turnPage(): this {
    this.restored = [...this.#kept.values()].map((text) => JSON.parse(text) as KeptFault)
    return this
  }
}

/** A vehicle computer that is restarted now and then. */
function computer(policy: Partial<FaultPolicy> = {}, options: Partial<FaultManagerOptions> = {}) {
  const journal = new Paper()
  const { manager, clock } = managerWith(policy, { ...options, journal })
  let current = manager
  return {
    clock,
    journal,
    get manager() {
      return current
    },
    restart(then: Partial<FaultPolicy> = policy) {
      current[Symbol.dispose]()
      const rules = [{ faultId: '*', policy: { ...DEFAULT_POLICY, ...then } }]
      current = new FaultManager({ clock, log: silentLogger, ...options, rules, journal: journal.turnPage() })
      return current
    },
  }
}

test('faults are as they were after a restart, and those that are gone are not there again', async () => {
  const vehicle = computer()
  const { manager, clock } = vehicle
  manager.report(record('Failed', { faultId: 'a', environment: '{"t":12345678901234567890}', description: 'hot' }))
  manager.report(record('PrePassed', { faultId: 'b' }))
  manager.report(record('Failed', { faultId: 'c', componentId: 'bms' }))
  manager.report(record('Failed', { faultId: 'gone' }))
  manager.report(record('Passed', { faultId: 'gone' }))
  manager.report(record('Failed', { faultId: 'cleared' }))
  manager.clear('hvac', manager.sequence, 'cleared')
  await clock.advance(1000)
  const before = ['hvac', 'bms'].flatMap((id) => manager.of(id).map(faultOf))
  const after = vehicle.restart()
  assert.deepEqual(JSON.stringify(['hvac', 'bms'].flatMap((id) => after.of(id).map(faultOf))), JSON.stringify(before))
  assert.equal(before.length, 3)
  assert.ok(after.hasComponent('bms'))
})

test('what is reported after a restart counts at once, and goes on counting', async () => {
  const vehicle = computer({ repeatMs: 60_000, agingCycles: 3 })
  vehicle.manager.report(record('Failed'))
  vehicle.restart().report(record('Passed'))
  const manager = vehicle.restart()
  assert.equal(manager.find('hvac', 'overheated')?.healed, true)
  manager.report(record('Failed'))
  assert.equal(manager.find('hvac', 'overheated')?.occurrences, 2)
})

test('aging goes on over restarts, by cycles and by time', async () => {
  const byCycles = computer({ agingCycles: 2 })
  byCycles.manager.report(record('Failed'))
  byCycles.manager.report(record('Passed'))
  byCycles.manager.beginCycle('power')
  byCycles.restart().beginCycle('power')
  assert.equal(byCycles.manager.size, 0)
  assert.deepEqual(byCycles.journal.ids, [])

  const byTime = computer({ agingMs: 10_000 })
  byTime.manager.report(record('Failed'))
  byTime.manager.report(record('Passed'))
  await byTime.clock.advance(6000)
  byTime.restart()
  await byTime.clock.advance(3990)
  assert.equal(byTime.manager.size, 1)
  await byTime.clock.advance(10)
  assert.equal(byTime.manager.size, 0)
})

test('debouncing begins anew: what was never confirmed is not kept, what was is passive', async () => {
  const vehicle = computer({ debounce: { kind: 'hold', holdMs: 5000 } })
  vehicle.manager.report(record('Failed', { faultId: 'new' }))
  vehicle.manager.report(record('Failed', { faultId: 'old' }))
  assert.deepEqual(vehicle.journal.ids, [])
  await vehicle.clock.advance(5000)
  vehicle.manager.report(record('PrePassed', { faultId: 'old' }))
  vehicle.manager.report(record('Failed', { faultId: 'old' }))
  vehicle.manager.report(record('Passed', { faultId: 'new' }))
  vehicle.manager.report(record('Failed', { faultId: 'new' }))
  vehicle.restart()
  await vehicle.clock.advance(60_000)
  assert.deepEqual(
    vehicle.manager.of('hvac').map(({ faultId, phase }) => [faultId, phase]),
    [['old', 'passive']],
  )
})

test('a healed fault that has not to age any more is gone', () => {
  const vehicle = computer({ agingCycles: 40 })
  vehicle.manager.report(record('Failed'))
  vehicle.manager.report(record('Passed'))
  assert.equal(vehicle.restart({}).size, 0)
  assert.deepEqual(vehicle.journal.ids, [])
})

test('no more are there again than there is room for', () => {
  const vehicle = computer({}, { maxFaults: 3 })
  for (const faultId of ['a', 'b', 'c']) vehicle.manager.report(record('Failed', { faultId }))
  const manager = new FaultManager({
    clock: vehicle.clock,
    log: silentLogger,
    maxFaults: 2,
    journal: vehicle.journal.turnPage(),
  })
  assert.deepEqual(
    manager.of('hvac').map(({ faultId }) => faultId),
    ['a', 'b'],
  )
  assert.deepEqual(vehicle.journal.ids, ['hvac/a', 'hvac/b'])
})
