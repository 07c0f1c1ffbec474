import { isJsonObject } from '@opensovd/base'
import { ByteWriter } from '@opensovd/base/bytes'
import { dtcNumber } from '../description/dtc-number.ts'
import type { DtcDescription, EcuDescription } from '../description/schema/ecu.ts'
import type { DtcSimulationDescription } from '../description/schema/simulation.ts'
import type { DataStore } from './data-store.ts'
import type { DtcMemory } from './dtc-memory.ts'

/** The tests behind the DTCs: each fails by itself, on command, or while a value is out of its limits. */
export class DtcTests {
  readonly #data: DataStore
  readonly #memory: DtcMemory
  readonly #conditions = new Map<number, DtcSimulationDescription>()
  readonly #failing = new Set<number>()

  constructor(simulated: readonly DtcSimulationDescription[], data: DataStore, memory: DtcMemory) {
    this.#data = data
    this.#memory = memory
    for (const each of simulated) {
      const dtc = dtcNumber(each.dtc)
      this.#conditions.set(dtc, each)
      if (each.failing) this.#failing.add(dtc)
      if (each.stored) memory.store(dtc)
    }
  }

  /** Makes a test fail, or pass again unless a value is out of its limits. */
  setFailing(dtc: number, isFailing: boolean): void {
    if (isFailing) this.#failing.add(dtc)
    else this.#failing.delete(dtc)
  }

  /** Runs every test once. */
  run(): void {
    for (const { dtc } of [...this.#memory.all]) {
      const isFailed = this.#failing.has(dtc) || this.#isOutOfLimits(this.#conditions.get(dtc)?.when)
      this.#memory.report(dtc, isFailed ? 'failed' : 'passed')
    }
  }

  #isOutOfLimits(when: DtcSimulationDescription['when']): boolean {
    if (!when) return false
    const value = this.#data.value(when.data)
    const part = when.member !== undefined && isJsonObject(value) ? value[when.member] : value
    if (typeof part !== 'number') return false
    return part > (when.above ?? Number.POSITIVE_INFINITY) || part < (when.below ?? Number.NEGATIVE_INFINITY)
  }
}

/** Takes the snapshots of a DTC, by record number. */
export function captureSnapshots(
  { snapshots, data: items }: EcuDescription,
  data: DataStore,
  dtc: DtcDescription,
): ReadonlyMap<number, Uint8Array> {
  const records = new Map<number, Uint8Array>()
  const dids = new Map(items.map(({ id, did }) => [id, did]))
  for (const { record, data: ids } of snapshots) {
    if (dtc.snapshots && !dtc.snapshots.includes(record)) continue
    const to = new ByteWriter().u8(ids.length)
    for (const id of ids) to.u16(dids.get(id) ?? 0).bytes(data.bytes(id))
    records.set(record, to.finish())
  }
  return records
}
