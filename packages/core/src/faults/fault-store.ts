import type { FaultGovernor } from './fault-governor.ts'
import type { FaultPolicy } from './fault-policy.ts'
import type { ReportedFault } from './reported-fault.ts'

/** A reported fault with what it lives by. */
export interface FaultEntry {
  fault: ReportedFault
  readonly policy: FaultPolicy
  readonly governor: FaultGovernor
  /** Monotonic time at which a report last had an effect. */
  takenAtMs: number
  /** Monotonic time at which it last became healed. */
  healedAtMs: number
  /** Number of the report that last concerned it. */
  sequence: number
}

export interface FaultBounds {
  readonly maxFaults: number
  readonly maxFaultsPerComponent: number
  readonly maxComponents: number
}

interface Component {
  readonly faults: Map<string, FaultEntry>
  /** Those of its faults that may make room for others, the one that has been passive longest first. */
  readonly passive: Set<FaultEntry>
}

/** Why there is no room for a fault. */
export type NoRoom = 'too-many-faults' | 'too-many-components'

/**
 * Faults by component and id, within bounds. Where there is no room for a new one, the fault that has been passive
 * longest makes room: one of the same component when that is full, else one of any. Others never do.
 * A component stays known without faults until another needs its place.
 */
export class FaultStore {
  readonly #bounds: FaultBounds
  readonly #components = new Map<string, Component>()
  readonly #passive = new Set<FaultEntry>()
  #size = 0

  constructor(bounds: FaultBounds) {
    this.#bounds = bounds
  }

  get size(): number {
    return this.#size
  }

  hasComponent(componentId: string): boolean {
    return this.#components.has(componentId)
  }

  get(componentId: string, faultId: string): FaultEntry | undefined {
    return this.#components.get(componentId)?.faults.get(faultId)
  }

  /** The faults of a component in the order in which they appeared. */
  of(componentId: string): Iterable<FaultEntry> {
    return this.#components.get(componentId)?.faults.values() ?? []
  }

  *all(): Generator<FaultEntry> {
    for (const { faults } of this.#components.values()) yield* faults.values()
  }

  /** Makes room for a fault that is not there yet, calling `evict` for the one that has to go. */
  makeRoom(componentId: string, evict: (entry: FaultEntry) => void): NoRoom | undefined {
    const component = this.#components.get(componentId)
    if (!component && !this.#makeRoomForComponent()) return 'too-many-components'
    if (component && component.faults.size >= this.#bounds.maxFaultsPerComponent) {
      return evictFirst(component.passive, evict)
    }
    return this.#size >= this.#bounds.maxFaults ? evictFirst(this.#passive, evict) : undefined
  }

  /** Adds a fault that is not there yet and that there is room for. */
  add(entry: FaultEntry): void {
    const { componentId, faultId } = entry.fault
    const component = this.#components.get(componentId) ?? { faults: new Map(), passive: new Set() }
    this.#components.set(componentId, component)
    component.faults.set(faultId, entry)
    this.#size++
    this.#sort(component, entry)
  }

  /** Gives an entry another state of its fault. */
  replace(entry: FaultEntry, fault: ReportedFault): void {
    const moved = fault.phase !== entry.fault.phase
    entry.fault = fault
    const component = this.#components.get(fault.componentId)
    if (component && moved) this.#sort(component, entry)
  }

  remove(entry: FaultEntry): void {
    const component = this.#components.get(entry.fault.componentId)
    if (!component?.faults.delete(entry.fault.faultId)) return
    this.#size--
    component.passive.delete(entry)
    this.#passive.delete(entry)
  }

  #sort(component: Component, entry: FaultEntry): void {
    for (const passive of [component.passive, this.#passive]) {
      if (entry.fault.phase === 'passive') passive.add(entry)
      else passive.delete(entry)
    }
  }

  #makeRoomForComponent(): boolean {
    if (this.#components.size < this.#bounds.maxComponents) return true
    for (const [id, { faults }] of this.#components) {
      if (faults.size === 0) return this.#components.delete(id)
    }
    return false
  }
}

function evictFirst(passive: ReadonlySet<FaultEntry>, evict: (entry: FaultEntry) => void): NoRoom | undefined {
  const [first] = passive
  if (!first) return 'too-many-faults'
  evict(first)
  return undefined
}
