import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { aggregatedStatus } from '../facets/faults.ts'
import { DEFAULT_POLICY } from './fault-policy.ts'
import { FAULT_STAGES, type FaultRecord } from './fault-record.ts'
import { faultOf } from './reported-fault.ts'
import { managerWith, openManager, record } from './testing/records.ts'

const START = '2026-01-01T00:00:00.000Z'

describe('a reported fault', () => {
  test('is active, pending or passive as its stage says, and gone when its test passed', () => {
    for (const [stage, status] of [
      ['Failed', 'active'],
      ['PreFailed', 'pending'],
      ['PrePassed', 'passive'],
      ['NotTested', 'passive'],
    ] as const) {
      const { manager } = openManager()
      assert.equal(manager.report(record(stage)), undefined)
      const [fault] = manager.of('hvac').map(faultOf)
      assert.ok(fault)
      assert.equal(aggregatedStatus(fault.status), status)
      assert.equal(manager.report(record('Passed')), undefined)
      assert.deepEqual(manager.of('hvac'), [])
    }
  })

  test('has the attributes that a fault of the component has', () => {
    const { manager } = openManager()
    manager.report(
      record('Failed', { severity: 'Fatal', description: 'too hot', environment: '{"t":9007199254740993}' }),
    )
    const [fault] = manager.of('hvac').map(faultOf)
    assert.equal(
      JSON.stringify(fault),
      JSON.stringify({
        id: 'overheated',
        code: 'overheated',
        name: 'Fault overheated',
        description: 'too hot',
        scope: 'component',
        severity: 1,
        reportedSeverity: 'Fatal',
        status: {
          aggregatedStatus: 'active',
          testFailed: '1',
          testFailedThisOperationCycle: '1',
          testFailedSinceLastClear: '1',
          testNotCompletedThisOperationCycle: '0',
          pendingDTC: '1',
          confirmedDTC: '1',
        },
        environmentData: {
          source: 'hvac-app',
          occurrence_counter: 1,
          aging_counter: 0,
          first_occurrence: START,
          last_occurrence: START,
          freeze_frame: { t: JSON.rawJSON('9007199254740993') },
        },
      }),
    )
  })

  test('is another fault in another component', () => {
    const { manager } = openManager()
    manager.report(record('Failed'))
    manager.report(record('PreFailed', { componentId: 'bms' }))
    manager.report(record('Passed', { componentId: 'bms' }))
    assert.equal(manager.of('hvac').length, 1)
    assert.equal(manager.of('bms').length, 0)
  })

  test('counts how often it became active, and when it was first and last seen', async () => {
    const { manager, clock } = managerWith({ agingCycles: 40 })
    manager.report(record('Failed'))
    await clock.advance(60_000)
    manager.report(record('Failed'))
    manager.report(record('Passed'))
    await clock.advance(60_000)
    manager.report(record('Failed', { environment: '{"second":true}' }))
    manager.report(record('Passed', { environment: '{"ignored":true}' }))
    const fault = manager.find('hvac', 'overheated')
    assert.equal(fault?.occurrences, 2)
    assert.equal(fault.environment, '{"second":true}')
    assert.equal(new Date(fault.firstSeenAtMs ?? 0).toISOString(), START)
    assert.equal(new Date(fault.lastSeenAtMs ?? 0).toISOString(), '2026-01-01T00:02:00.000Z')
  })

  test('was seen when its reporter says, if that says so', () => {
    const { manager } = openManager()
    manager.report(record('Failed', { seenAtMs: Date.UTC(2025, 5, 1) }))
    assert.equal(manager.find('hvac', 'overheated')?.lastSeenAtMs, Date.UTC(2025, 5, 1))
  })

  test('that is active does not become pending', () => {
    const { manager } = openManager()
    manager.report(record('Failed'))
    manager.report(record('PreFailed', { severity: 'Fatal' }))
    assert.equal(manager.find('hvac', 'overheated')?.phase, 'active')
  })
})

describe('a report of what is known', () => {
  test('is counted and changes nothing until the time for repeats is over', async () => {
    const { manager, clock, events } = openManager()
    manager.report(record('Failed'))
    for (let times = 0; times < 10; times++) manager.report(record('Failed', { environment: '1' }))
    assert.equal(manager.counters.suppressed, 10)
    assert.equal(manager.find('hvac', 'overheated')?.environment, undefined)
    await clock.advance(5000)
    manager.report(record('Failed', { environment: '2' }))
    assert.equal(manager.counters.suppressed, 10)
    assert.equal(manager.find('hvac', 'overheated')?.environment, '2')
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['raised'],
    )
  })

  test('with another severity changes the fault at once', () => {
    const { manager, events } = openManager()
    manager.report(record('Failed'))
    manager.report(record('Failed', { severity: 'Fatal' }))
    assert.equal(manager.find('hvac', 'overheated')?.severity, 'Fatal')
    assert.equal(events.at(-1)?.kind, 'changed')
  })
})

describe('debouncing', () => {
  test('by count makes a fault pending until the failures are enough', async () => {
    const { manager, clock } = managerWith({ debounce: { kind: 'count', failures: 3, windowMs: 1000 } })
    const phases: unknown[] = []
    for (let failure = 0; failure < 3; failure++) {
      manager.report(record('Failed'))
      phases.push(manager.find('hvac', 'overheated')?.phase)
      await clock.advance(100)
    }
    assert.deepEqual(phases, ['pending', 'pending', 'active'])
    assert.equal(manager.find('hvac', 'overheated')?.occurrences, 1)
  })

  test('by count forgets failures that stayed too few', async () => {
    const { manager, clock, events } = managerWith({ debounce: { kind: 'count', failures: 3, windowMs: 1000 } })
    manager.report(record('Failed'))
    await clock.advance(900)
    manager.report(record('Failed'))
    await clock.advance(999)
    assert.equal(manager.size, 1)
    await clock.advance(1)
    assert.equal(manager.size, 0)
    assert.deepEqual(
      events.map((event) => (event.kind === 'cleared' ? event.reason : event.kind)),
      ['raised', 'glitch'],
    )
  })

  test('by time makes a fault active without another report, unless its test passes before', async () => {
    const { manager, clock } = managerWith({ debounce: { kind: 'hold', holdMs: 2000 } })
    manager.report(record('Failed', { environment: '1' }))
    manager.report(record('Failed', { faultId: 'other' }))
    await clock.advance(1000)
    manager.report(record('Passed', { faultId: 'other' }))
    assert.equal(manager.find('hvac', 'overheated')?.phase, 'pending')
    await clock.advance(1000)
    const fault = manager.find('hvac', 'overheated')
    assert.deepEqual([fault?.phase, fault?.occurrences, fault?.environment], ['active', 1, '1'])
    assert.equal(manager.find('hvac', 'other'), undefined)
  })

  test('starts anew for a fault that was cleared', () => {
    const { manager } = managerWith({ debounce: { kind: 'count', failures: 2, windowMs: 1000 } })
    manager.report(record('Failed'))
    manager.clear('hvac', manager.sequence)
    manager.report(record('Failed'))
    assert.equal(manager.find('hvac', 'overheated')?.phase, 'pending')
  })

  test('is that of the first rule that fits', () => {
    const count = (failures: number) => ({
      ...DEFAULT_POLICY,
      debounce: { kind: 'count', failures, windowMs: 1000 } as const,
    })
    const { manager } = openManager({
      rules: [
        { faultId: 'hot.exact', componentId: 'hvac', policy: count(3) },
        { faultId: 'hot.*', policy: count(2) },
      ],
    })
    const phaseAfterTwo = (faultId: string, componentId: string) => {
      manager.report(record('Failed', { faultId, componentId }))
      manager.report(record('Failed', { faultId, componentId }))
      return manager.find(componentId, faultId)?.phase
    }
    assert.equal(phaseAfterTwo('hot.exact', 'hvac'), 'pending')
    assert.equal(phaseAfterTwo('hot.exact', 'bms'), 'active')
    assert.equal(phaseAfterTwo('hot.other', 'hvac'), 'active')
    manager.report(record('Failed', { faultId: 'cold' }))
    assert.equal(manager.find('hvac', 'cold')?.phase, 'active')
  })
})

describe('healing and aging', () => {
  test('heals after as many passes in a row as the fault needs', () => {
    const { manager } = managerWith({ passes: 3 })
    manager.report(record('Failed'))
    manager.report(record('Passed'))
    manager.report(record('Passed'))
    assert.equal(manager.find('hvac', 'overheated')?.phase, 'passive')
    manager.report(record('Failed'))
    for (let pass = 0; pass < 2; pass++) manager.report(record('Passed'))
    assert.equal(manager.size, 1)
    manager.report(record('Passed'))
    assert.equal(manager.size, 0)
  })

  test('keeps a healed fault for as many operation cycles as it ages', () => {
    const { manager, events } = managerWith({ agingCycles: 2, cycle: 'ignition' })
    assert.deepEqual(manager.cycles, ['power', 'ignition'])
    manager.report(record('Failed'))
    manager.beginCycle('ignition')
    manager.report(record('Passed'))
    manager.beginCycle('power')
    manager.beginCycle('ignition')
    const [fault] = manager.of('hvac')
    assert.ok(fault)
    assert.deepEqual([fault.phase, fault.healed, fault.confirmed, fault.agedCycles], ['passive', true, true, 1])
    assert.equal(faultOf(fault).status.testFailedThisOperationCycle, '0')
    assert.equal(faultOf(fault).status.testNotCompletedThisOperationCycle, '1')
    manager.beginCycle('ignition')
    assert.equal(manager.size, 0)
    assert.deepEqual(events.at(-1), { kind: 'cleared', fault, reason: 'aged' })
  })

  test('ages anew after another failure', () => {
    const { manager } = managerWith({ agingCycles: 2 })
    manager.report(record('Failed'))
    manager.report(record('Passed'))
    manager.beginCycle('power')
    manager.report(record('Failed'))
    manager.report(record('Passed'))
    manager.beginCycle('power')
    assert.equal(manager.find('hvac', 'overheated')?.agedCycles, 1)
  })

  test('forgets a healed fault after the time it ages, however often its test passes meanwhile', async () => {
    const { manager, clock } = managerWith({ agingMs: 60 * 24 * 3600_000 })
    manager.report(record('Failed'))
    manager.report(record('Passed'))
    await clock.advance(59 * 24 * 3600_000)
    manager.report(record('Passed'))
    assert.equal(manager.size, 1)
    await clock.advance(24 * 3600_000)
    assert.equal(manager.size, 0)
  })

  test('does not keep a fault that was never confirmed', () => {
    const { manager } = managerWith({ agingCycles: 2 })
    manager.report(record('PreFailed'))
    manager.report(record('Passed'))
    assert.equal(manager.size, 0)
  })
})

describe('clearing', () => {
  test('leaves faults that were reported since', () => {
    const { manager, events } = openManager()
    manager.report(record('Failed'))
    manager.report(record('Failed', { faultId: 'other' }))
    const { sequence } = manager
    manager.report(record('Failed', { faultId: 'other' }))
    manager.clear('hvac', sequence)
    assert.deepEqual(
      manager.of('hvac').map(({ faultId }) => faultId),
      ['other'],
    )
    assert.equal(events.at(-1)?.kind, 'cleared')
  })
})

describe('bounds', () => {
  test('a full component drops the fault that has been passive longest, never one that is not', () => {
    const { manager, events } = openManager({ maxFaultsPerComponent: 3 })
    manager.report(record('PrePassed', { faultId: 'a' }))
    manager.report(record('PrePassed', { faultId: 'b' }))
    manager.report(record('Failed', { faultId: 'a' }))
    manager.report(record('PrePassed', { faultId: 'a' }))
    manager.report(record('Failed', { faultId: 'c' }))
    manager.report(record('Failed', { faultId: 'd' }))
    const ids = () => manager.of('hvac').map(({ faultId }) => faultId)
    assert.deepEqual(ids(), ['a', 'c', 'd'])
    const last = events.at(-2)
    assert.ok(last?.kind === 'cleared' && last.reason === 'evicted' && last.fault.faultId === 'b')
    manager.report(record('Failed', { faultId: 'a' }))
    assert.equal(manager.report(record('Failed', { faultId: 'e' }))?.code, 'too-many-faults')
    assert.deepEqual(ids(), ['a', 'c', 'd'])
    assert.equal(manager.counters.noRoom, 1)
    assert.equal(manager.counters.evicted, 1)
    assert.equal(manager.report(record('Failed', { componentId: 'bms' })), undefined)
  })

  test('a full manager drops the fault of any component that has been passive longest', () => {
    const { manager } = openManager({ maxFaults: 2 })
    manager.report(record('NotTested', { componentId: 'a' }))
    manager.report(record('Failed', { componentId: 'b' }))
    assert.equal(manager.report(record('Failed', { componentId: 'c' })), undefined)
    assert.deepEqual([manager.of('a').length, manager.of('b').length, manager.of('c').length], [0, 1, 1])
    assert.equal(manager.report(record('Failed', { componentId: 'd' }))?.code, 'too-many-faults')
  })

  test('a component without faults gives its place to another', () => {
    const { manager } = openManager({ maxComponents: 2 })
    for (const componentId of ['a', 'b']) manager.report(record('Failed', { componentId }))
    assert.equal(manager.report(record('Failed', { componentId: 'c' }))?.code, 'too-many-components')
    manager.report(record('Passed', { componentId: 'a' }))
    assert.equal(manager.hasComponent('a'), true)
    assert.equal(manager.report(record('Failed', { componentId: 'c' })), undefined)
    assert.equal(manager.hasComponent('a'), false)
  })

  test('100 000 ids that fail are refused beyond the bound, and those before it stay', () => {
    const { manager } = openManager()
    for (let id = 0; id < 100_000; id++) manager.report(record('Failed', { faultId: `f${id}` }))
    assert.equal(manager.size, 10_000)
    assert.equal(manager.counters.noRoom, 90_000)
    assert.equal(manager.find('hvac', 'f0')?.phase, 'active')
  })

  test('environment data is left out when there is too much of it, and its room is given back', () => {
    const { manager } = openManager({ maxEnvironment: 10 })
    manager.report(record('Failed', { faultId: 'a', environment: '"1234567"' }))
    manager.report(record('Failed', { faultId: 'b', environment: '"12"' }))
    assert.equal(manager.find('hvac', 'b')?.environment, undefined)
    assert.equal(manager.counters.environmentDropped, 1)
    manager.report(record('Passed', { faultId: 'a' }))
    manager.report(record('Failed', { faultId: 'b', severity: 'Warn', environment: '"12"' }))
    assert.equal(manager.find('hvac', 'b')?.environment, '"12"')
  })

  test('a flood from one source is refused and says when to try again, others are not', async () => {
    const { manager, clock } = openManager({ maxReportsPerSecond: 10 })
    const outcomes = Array.from({ length: 60 }, () => manager.report(record('Failed'))?.code)
    assert.equal(outcomes.filter((code) => code === 'too-many-reports').length, 10)
    assert.equal(manager.counters.tooManyReports, 10)
    assert.equal(manager.report(record('Failed', { source: 'other' })), undefined)
    assert.equal(manager.report(record('Failed'))?.retryAfterMs, 100)
    await clock.advance(100)
    assert.equal(manager.report(record('Failed')), undefined)
  })
})

test('a clock that jumps moves no debouncing and no aging', async () => {
  const { manager, clock } = managerWith({
    debounce: { kind: 'count', failures: 2, windowMs: 1000 },
    agingMs: 10_000,
  })
  let jumpMs = 0
  const now = clock.now.bind(clock)
  clock.now = () => now() + jumpMs
  manager.report(record('Failed'))
  jumpMs = -1e12
  manager.report(record('Failed'))
  assert.equal(manager.find('hvac', 'overheated')?.phase, 'active')
  jumpMs = 1e12
  manager.report(record('Passed'))
  await clock.advance(9999)
  assert.equal(manager.size, 1)
  await clock.advance(1)
  assert.equal(manager.size, 0)
})

test('a listener that throws does not keep a report from being taken', () => {
  const { manager } = openManager()
  manager.onChange(() => {
    throw new Error('of no concern')
  })
  assert.equal(manager.report(record('Failed')), undefined)
  assert.equal(manager.size, 1)
})

test('whatever is reported, what it tells of its faults adds up to what it has', async () => {
  const reports = fc.record({
    faultId: fc.constantFrom('a', 'b', 'c', 'd'),
    stage: fc.constantFrom(...FAULT_STAGES),
    severity: fc.constantFrom<FaultRecord['severity']>('Error', 'Warn'),
  })
  const step = fc.oneof(
    { weight: 8, arbitrary: reports },
    { weight: 3, arbitrary: fc.record({ advanceMs: fc.nat(3000) }) },
    { weight: 1, arbitrary: fc.constant('cycle' as const) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  )
  const policy = fc.record({
    debounce: fc.oneof(
      fc.constant({ kind: 'none' as const }),
      fc.record({
        kind: fc.constant('count' as const),
        failures: fc.integer({ min: 1, max: 3 }),
        windowMs: fc.constant(2000),
      }),
      fc.record({ kind: fc.constant('hold' as const), holdMs: fc.constant(1500) }),
    ),
    passes: fc.integer({ min: 1, max: 2 }),
    aging: fc.constantFrom({}, { agingCycles: 1 }, { agingMs: 2500 }),
  })
  await fc.assert(
    fc.asyncProperty(policy, fc.array(step, { maxLength: 80 }), async ({ aging, ...rest }, steps) => {
      const { manager, clock, events } = managerWith({ ...rest, ...aging }, { maxFaults: 3 })
      for (const each of steps) {
        if (each === 'cycle') manager.beginCycle('power')
        else if (each === 'clear') manager.clear('hvac', manager.sequence)
        else if ('advanceMs' in each) await clock.advance(each.advanceMs)
        else manager.report(record(each.stage, each))
        const told = new Map<string, { phase: string; activations: number }>()
        for (const { kind, fault } of events) {
          const before = told.get(fault.faultId) ?? { phase: 'absent', activations: 0 }
          const activated = fault.phase === 'active' && before.phase !== 'active'
          if (kind === 'cleared') {
            assert.equal(before.phase, fault.phase)
            told.delete(fault.faultId)
          } else {
            told.set(fault.faultId, { phase: fault.phase, activations: before.activations + (activated ? 1 : 0) })
          }
        }
        const present = manager
          .of('hvac')
          .map(({ faultId, phase, occurrences: activations }) => [faultId, { phase, activations }])
        assert.deepEqual(new Map(present as [string, { phase: string; activations: number }][]), told)
        assert.ok(manager.size <= 3)
      }
      manager[Symbol.dispose]()
      assert.equal(clock.pending, 0)
    }),
    { numRuns: 60 },
  )
})
