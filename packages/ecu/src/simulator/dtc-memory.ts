import { ALL_DTCS, DTC_STATUS } from '@opensovd/uds'
import { dtcNumber } from '../description/dtc-number.ts'
import type { DtcDescription, ExtendedDataDescription } from '../description/schema/ecu.ts'

/** Operation cycles without a failed test that put the warning lamp out. */
const HEALING_CYCLES = 3
const NEVER_TESTED = DTC_STATUS.testNotCompletedSinceLastClear | DTC_STATUS.testNotCompletedThisOperationCycle
const NOT_TESTED_NOW = DTC_STATUS.testFailedThisOperationCycle | DTC_STATUS.testNotCompletedThisOperationCycle

/** Snapshots are bytes as ReadDTCInformation has them behind the record number: a count, then DIDs and their data. */
export type CaptureSnapshots = (dtc: DtcDescription) => ReadonlyMap<number, Uint8Array>

/** What is known of one DTC. */
export interface StoredDtc {
  readonly dtc: number
  readonly description: DtcDescription
  readonly status: number
  readonly snapshots: ReadonlyMap<number, Uint8Array>
  readonly counters: Readonly<Record<ExtendedDataDescription['source'], number>>
}

const NO_COUNTS = { occurrenceCounter: 0, agingCounter: 0, failedCycles: 0, cyclesSinceLastFailed: 0 }
const NO_SNAPSHOTS: ReadonlyMap<number, Uint8Array> = new Map()

/** The fault memory: status bits go through operation cycles as ISO 14229-1 annex D has it. */
export class DtcMemory {
  readonly #dtcs = new Map<number, StoredDtc>()
  readonly #capture: CaptureSnapshots
  /** ControlDTCSetting: while false, the status stays as it is. */
  isRecording = true

  constructor(dtcs: readonly DtcDescription[], capture: CaptureSnapshots) {
    this.#capture = capture
    for (const description of dtcs) this.#forget(dtcNumber(description.dtc), description)
  }

  get all(): Iterable<StoredDtc> {
    return this.#dtcs.values()
  }

  find(dtc: number): StoredDtc | undefined {
    return this.#dtcs.get(dtc)
  }

  /** Takes the result of a test. Results that repeat the last one change nothing. */
  report(dtc: number, result: 'passed' | 'failed'): void {
    const stored = this.#dtcs.get(dtc)
    if (!stored || !this.isRecording) return
    if (result === 'failed') this.#fail(stored)
    else this.#set(stored, stored.status & ~(NEVER_TESTED | DTC_STATUS.testFailed))
  }

  /** Makes a DTC one that failed in earlier operation cycles and has passed since. */
  store(dtc: number): void {
    const stored = this.#dtcs.get(dtc)
    if (!stored) return
    const status = DTC_STATUS.confirmedDtc | DTC_STATUS.testFailedSinceLastClear
    const counters = { ...NO_COUNTS, occurrenceCounter: 1, failedCycles: 1 }
    const snapshots = this.#capture(stored.description)
    this.#dtcs.set(dtc, {
      ...stored,
      status: status | DTC_STATUS.testNotCompletedThisOperationCycle,
      counters,
      snapshots,
    })
  }

  /** Ends the operation cycle, and begins the next one. */
  startCycle(): void {
    for (const stored of this.#dtcs.values()) this.#nextCycle(stored)
  }

  /** Forgets one DTC or all of them; false when there is no such DTC. */
  clear(groupOfDtc: number): boolean {
    const cleared = groupOfDtc === ALL_DTCS ? [...this.#dtcs.keys()] : [groupOfDtc]
    for (const dtc of cleared) {
      const stored = this.#dtcs.get(dtc)
      if (!stored) return false
      this.#forget(dtc, stored.description)
    }
    return true
  }

  #fail(stored: StoredDtc): void {
    const { status, description, counters } = stored
    const isNew = (status & DTC_STATUS.testFailed) === 0
    const isFirstOfCycle = (status & DTC_STATUS.testFailedThisOperationCycle) === 0
    if (!isNew && !isFirstOfCycle) return
    const failedCycles = counters.failedCycles + (isFirstOfCycle ? 1 : 0)
    const isConfirmed = failedCycles >= description.confirmAfterCycles || (status & DTC_STATUS.confirmedDtc) !== 0
    this.#dtcs.set(stored.dtc, {
      ...stored,
      status:
        (status & ~NEVER_TESTED) |
        DTC_STATUS.testFailed |
        DTC_STATUS.testFailedThisOperationCycle |
        DTC_STATUS.pendingDtc |
        DTC_STATUS.testFailedSinceLastClear |
        (isConfirmed ? DTC_STATUS.confirmedDtc : 0) |
        (isConfirmed && description.warningIndicator ? DTC_STATUS.warningIndicatorRequested : 0),
      snapshots: stored.snapshots.size > 0 ? stored.snapshots : this.#capture(description),
      counters: {
        occurrenceCounter: Math.min(0xff, counters.occurrenceCounter + (isNew ? 1 : 0)),
        agingCounter: 0,
        failedCycles,
        cyclesSinceLastFailed: 0,
      },
    })
  }

  #nextCycle(stored: StoredDtc): void {
    const { status, counters, description } = stored
    const hasPassed = (status & NOT_TESTED_NOW) === 0
    const wasFailed = (status & DTC_STATUS.testFailedSinceLastClear) !== 0
    let next = (status & ~DTC_STATUS.testFailedThisOperationCycle) | DTC_STATUS.testNotCompletedThisOperationCycle
    if (!hasPassed) {
      this.#set(stored, next)
      return
    }
    next &= ~DTC_STATUS.pendingDtc
    const isConfirmed = (status & DTC_STATUS.confirmedDtc) !== 0
    const agingCounter = isConfirmed ? counters.agingCounter + 1 : counters.agingCounter
    const isAged = isConfirmed && agingCounter >= description.ageAfterCycles
    if (isAged) next &= ~DTC_STATUS.confirmedDtc
    if (isAged || agingCounter >= HEALING_CYCLES) next &= ~DTC_STATUS.warningIndicatorRequested
    this.#dtcs.set(stored.dtc, {
      ...stored,
      status: next,
      snapshots: isAged ? NO_SNAPSHOTS : stored.snapshots,
      counters: {
        ...counters,
        agingCounter,
        failedCycles: 0,
        cyclesSinceLastFailed: Math.min(0xff, counters.cyclesSinceLastFailed + (wasFailed ? 1 : 0)),
      },
    })
  }

  #set(stored: StoredDtc, status: number): void {
    if (status !== stored.status) this.#dtcs.set(stored.dtc, { ...stored, status })
  }

  #forget(dtc: number, description: DtcDescription): void {
    this.#dtcs.set(dtc, { dtc, description, status: NEVER_TESTED, snapshots: NO_SNAPSHOTS, counters: NO_COUNTS })
  }
}
