import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import type { FaultEvent } from '../fault-event.ts'
import { FaultManager, type FaultManagerOptions } from '../fault-manager.ts'
import { DEFAULT_POLICY, type FaultPolicy } from '../fault-policy.ts'
import type { FaultRecord } from '../fault-record.ts'

/** A report of the fault `overheated` of the component `hvac`. */
export function record(stage: FaultRecord['stage'], more: Partial<FaultRecord> = {}): FaultRecord {
  return { componentId: 'hvac', faultId: 'overheated', source: 'hvac-app', severity: 'Error', stage, ...more }
}

/** A manager with a clock to move, and what it told of its faults. */
export function openManager(options: Partial<FaultManagerOptions> = {}) {
  const clock = new FakeClock()
  const manager = new FaultManager({ clock, log: silentLogger, maxReportsPerSecond: 1e9, ...options })
  const events: FaultEvent[] = []
  manager.onChange((event) => events.push(event))
  return { clock, manager, events }
}

/** A manager all of whose faults live by this policy. */
export function managerWith(policy: Partial<FaultPolicy>, options: Partial<FaultManagerOptions> = {}) {
  return openManager({ ...options, rules: [{ faultId: '*', policy: { ...DEFAULT_POLICY, ...policy } }] })
}
