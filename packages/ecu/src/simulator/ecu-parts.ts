import type { Clock } from '@opensovd/base'
import type { EcuDescription } from '../description/schema/ecu.ts'
import type { SimulationDescription } from '../description/schema/simulation.ts'
import type { AccessOf } from './access.ts'
import type { DataStore } from './data-store.ts'
import type { DtcMemory } from './dtc-memory.ts'
import type { MemoryMap } from './memory-map.ts'

/** What the services of a simulated ECU work on. */
export interface EcuParts {
  readonly ecu: EcuDescription
  readonly simulation: SimulationDescription
  readonly clock: Clock
  readonly resolve: AccessOf
  readonly data: DataStore
  readonly dtcs: DtcMemory
  readonly memory: MemoryMap
}
