import { type Clock, Listeners, type Logger, messageOf } from '@opensovd/base'
import { Agenda } from './agenda.ts'
import { EnvironmentBudget } from './environment-budget.ts'
import type { Clearer, ClearReason, FaultEvent } from './fault-event.ts'
import { FaultGovernor } from './fault-governor.ts'
import { type FaultJournal, type KeptFault, keptOf, restoredEntry } from './fault-journal.ts'
import { DEFAULT_CYCLE, type FaultRule, policyFor } from './fault-policy.ts'
import type { FaultRecord } from './fault-record.ts'
import { type FaultEntry, FaultStore } from './fault-store.ts'
import { afterCycle, afterGlitch, afterHold, afterReport } from './lifecycle.ts'
import { isNews, isRepeat } from './news.ts'
import { type Refusal, refusalForRate, refusalForRoom } from './refusal.ts'
import type { ReportedFault } from './reported-fault.ts'
import { ReporterRates } from './reporter-rates.ts'

export interface FaultManagerOptions {
  readonly clock: Clock
  readonly log: Logger
  /** The first that fits a fault says what becomes of its reports. */
  readonly rules?: readonly FaultRule[]
  /** Reports a second from one source; five times as many may come at once. */
  readonly maxReportsPerSecond?: number
  readonly maxFaults?: number
  readonly maxFaultsPerComponent?: number
  readonly maxComponents?: number
  /** Characters of environment data in all; beyond it, faults are kept without. */
  readonly maxEnvironment?: number
  /** What faults survive a restart by; absent: they do not. */
  readonly journal?: FaultJournal
}

type Settled = Required<Omit<FaultManagerOptions, 'journal'>> & Pick<FaultManagerOptions, 'journal'>

const DEFAULTS = {
  rules: [],
  maxReportsPerSecond: 1000,
  maxFaults: 50_000,
  maxFaultsPerComponent: 10_000,
  maxComponents: 1000,
  maxEnvironment: 32 * 1024 * 1024,
}
const BURST_SECONDS = 5
const MAX_REPORTERS = 1000

/** Counters since the start. */
export interface FaultCounters {
  /** Reports, whether taken or refused. */
  received: number
  /** Reports that said what was known already. */
  suppressed: number
  tooManyReports: number
  /** Reports of new faults for which there was no room. */
  noRoom: number
  /** Passive faults that made room for others. */
  evicted: number
  /** Environment data that was left out for want of room. */
  environmentDropped: number
}

/**
 * The faults that programs report: debounced, aged, and bounded in number and rate.
 */
export class FaultManager implements Disposable {
  readonly counters: FaultCounters = {
    received: 0,
    suppressed: 0,
    tooManyReports: 0,
    noRoom: 0,
    evicted: 0,
    environmentDropped: 0,
  }
  readonly #options: Settled
  readonly #store: FaultStore
  readonly #rates: ReporterRates
  readonly #budget: EnvironmentBudget
  readonly #agenda: Agenda<FaultEntry>
  readonly #changes: Listeners<FaultEvent>
  readonly #components: Listeners<void>
  #revision = 0

  constructor(options: FaultManagerOptions) {
    this.#options = { ...DEFAULTS, ...options }
    const { clock, log, maxReportsPerSecond: perSecond } = this.#options
    this.#store = new FaultStore(this.#options)
    this.#rates = new ReporterRates({ clock, perSecond, burst: perSecond * BURST_SECONDS, maxReporters: MAX_REPORTERS })
    this.#budget = new EnvironmentBudget(this.#options.maxEnvironment)
    this.#agenda = new Agenda(clock, (entry) => this.#mature(entry))
    const onFailure = (error: unknown) => log.error('a listener to faults failed', { error: messageOf(error) })
    this.#changes = new Listeners(onFailure)
    this.#components = new Listeners(onFailure)
    for (const kept of options.journal?.restored ?? []) this.#restore(kept)
  }

  /** Takes a report, or says why not. */
  report(record: FaultRecord): Refusal | undefined {
    this.counters.received++
    const retryAfterMs = this.#rates.take(record.source)
    if (retryAfterMs > 0) {
      this.counters.tooManyReports++
      return refusalForRate(record.source, this.#options.maxReportsPerSecond, retryAfterMs)
    }
    const entry = this.#store.get(record.componentId, record.faultId)
    return entry ? this.#again(entry, record) : this.#first(record)
  }

  /** The faults of a component, in the order in which they appeared. */
  of(componentId: string): readonly ReportedFault[] {
    return Array.from(this.#store.of(componentId), ({ fault }) => fault)
  }

  find(componentId: string, faultId: string): ReportedFault | undefined {
    return this.#store.get(componentId, faultId)?.fault
  }

  /** Whether there ever was a report for the component, as far as that is remembered. */
  hasComponent(componentId: string): boolean {
    return this.#store.hasComponent(componentId)
  }

  /** Number of faults. */
  get size(): number {
    return this.#store.size
  }

  /** Changes with the set of components that have reports. */
  get revision(): number {
    return this.#revision
  }

  /** Number of reports so far; a fault that was reported since is not cleared by who looked before. */
  get sequence(): number {
    return this.counters.received
  }

  /** Clears a fault of a component, or all of them, as far as they were not reported after `sequence`. */
  clear(componentId: string, sequence: number, faultId?: string, by?: Clearer): void {
    const entries = faultId === undefined ? this.#store.of(componentId) : [this.#store.get(componentId, faultId)]
    for (const entry of [...entries]) if (entry && entry.sequence <= sequence) this.#remove(entry, 'cleared', by)
  }

  /** Names of the operation cycles that faults live by. */
  get cycles(): readonly string[] {
    return [...new Set([DEFAULT_CYCLE, ...this.#options.rules.map(({ policy }) => policy.cycle)])]
  }

  /** Begins an operation cycle: faults that live by it age. */
  beginCycle(name: string): void {
    for (const entry of [...this.#store.all()]) {
      if (entry.policy.cycle !== name) continue
      this.#settle(entry, afterCycle(entry.fault, entry.policy), 'aged')
    }
  }

  /** Calls `listener` after each change of a fault. Returns a function that ends it. */
  onChange(listener: (event: FaultEvent) => void): () => void {
    return this.#changes.add(listener)
  }

  /** Calls `listener` when `revision` has changed. Returns a function that ends it. */
  onComponents(listener: () => void): () => void {
    return this.#components.add(listener)
  }

  [Symbol.dispose](): void {
    this.#agenda[Symbol.dispose]()
  }

  #first(record: FaultRecord): Refusal | undefined {
    const { clock, rules } = this.#options
    const { componentId, faultId } = record
    const policy = policyFor(rules, componentId, faultId)
    const governor = new FaultGovernor(policy.debounce)
    const fault = afterReport(undefined, this.#judge(record, governor), policy, this.#seenAt(record))
    if (!fault) return undefined
    const noRoom = this.#store.makeRoom(componentId, (entry) => this.#evict(entry))
    if (noRoom) {
      this.counters.noRoom++
      return refusalForRoom(noRoom, componentId)
    }
    const isNewComponent = !this.#store.hasComponent(componentId)
    const kept = this.#keep(undefined, fault)
    const nowMs = clock.monotonic()
    const entry = { fault: kept, policy, governor, takenAtMs: nowMs, healedAtMs: nowMs, sequence: this.sequence }
    this.#store.add(entry)
    this.#follow(entry)
    if (isNewComponent) {
      this.#revision++
      this.#components.notify()
    }
    this.#changes.notify({ kind: 'raised', fault: kept })
    return undefined
  }

  #again(entry: FaultEntry, record: FaultRecord): undefined {
    const nowMs = this.#options.clock.monotonic()
    entry.sequence = this.sequence
    const judged = this.#judge(record, entry.governor, entry.fault)
    const isRecent = nowMs - entry.takenAtMs < entry.policy.repeatMs
    if (isRecent && isRepeat(entry.fault, judged.stage, judged.severity)) {
      this.counters.suppressed++
      this.#schedule(entry)
      return
    }
    entry.takenAtMs = nowMs
    this.#settle(entry, afterReport(entry.fault, judged, entry.policy, this.#seenAt(record)), 'passed')
  }

  /** The record with the stage that debouncing makes of it. */
  #judge(record: FaultRecord, governor: FaultGovernor, before?: ReportedFault): FaultRecord {
    if (record.stage === 'PreFailed') return record
    if (record.stage !== 'Failed') {
      governor.reset()
      return record
    }
    if (before?.phase === 'active' || governor.fail(this.#options.clock.monotonic())) return record
    return { ...record, stage: 'PreFailed' }
  }

  /** What time makes of a fault without another report. */
  #mature(entry: FaultEntry): void {
    const { fault, governor } = entry
    if (fault.healed) {
      this.#remove(entry, 'aged')
    } else {
      const after = governor.becomes === 'confirmed' ? afterHold(fault) : afterGlitch(fault)
      governor.reset()
      this.#settle(entry, after, 'glitch')
    }
  }

  #settle(entry: FaultEntry, after: ReportedFault | undefined, reason: ClearReason): void {
    if (!after) {
      this.#remove(entry, reason)
      return
    }
    const before = entry.fault
    const kept = this.#keep(before, after)
    this.#store.replace(entry, kept)
    if (kept.healed && !before.healed) entry.healedAtMs = this.#options.clock.monotonic()
    this.#follow(entry)
    if (isNews(before, kept)) this.#changes.notify({ kind: 'changed', fault: kept, before })
  }

  #restore(kept: KeptFault): void {
    const { clock, rules, journal } = this.#options
    const { componentId, faultId } = kept.fault
    const entry = restoredEntry(kept, policyFor(rules, componentId, faultId), clock)
    if (!entry || this.#store.makeRoom(componentId, (other) => this.#evict(other))) {
      journal?.delete(kept.fault)
      return
    }
    entry.fault = this.#keep(undefined, entry.fault)
    this.#store.add(entry)
    this.#schedule(entry)
  }

  /** Sees to what is to become of a fault that is another one now. */
  #follow(entry: FaultEntry): void {
    const { clock, journal } = this.#options
    this.#schedule(entry)
    if (!journal) return
    const kept = keptOf(entry, clock)
    if (kept) journal.put(kept)
    else journal.delete(entry.fault)
  }

  #schedule(entry: FaultEntry): void {
    this.#agenda.set(entry, dueOf(entry))
  }

  #evict(entry: FaultEntry): void {
    this.counters.evicted++
    this.#remove(entry, 'evicted')
  }

  #remove(entry: FaultEntry, reason: ClearReason, by?: Clearer): void {
    this.#store.remove(entry)
    this.#agenda.set(entry, undefined)
    this.#budget.release(entry.fault)
    this.#options.journal?.delete(entry.fault)
    this.#changes.notify({ kind: 'cleared', fault: entry.fault, reason, ...(by && { by }) })
  }

  #keep(before: ReportedFault | undefined, after: ReportedFault): ReportedFault {
    const kept = this.#budget.keep(before, after)
    if (kept !== after) this.counters.environmentDropped++
    return kept
  }

  #seenAt({ seenAtMs }: FaultRecord): number {
    return seenAtMs ?? this.#options.clock.now()
  }
}

/** When time alone changes a fault: unconfirmed failures mature, a healed fault ages. */
function dueOf({ fault, governor, policy, healedAtMs }: FaultEntry): number | undefined {
  if (fault.phase === 'pending') return governor.dueMs
  if (fault.healed && policy.agingMs !== undefined) return healedAtMs + policy.agingMs
  return undefined
}
