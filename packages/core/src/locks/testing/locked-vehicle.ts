import { type LogFields, type Logger, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../../entities/entity.ts'
import { EntityTree } from '../../entities/tree.ts'
import type { ModeFacet } from '../../facets/modes.ts'
import { MemoryBackend } from '../../memory/memory-backend.ts'
import type { EntityRef } from '../lock.ts'
import { Locks, type LocksOptions } from '../locks.ts'

export function component(id: string): EntityRef {
  return { kind: 'component', id }
}

export function group(id: string): EntityRef {
  return { kind: 'group', id }
}

/** Modes that can be told to fail or to take their time. */
export class TestModes implements ModeFacet {
  readonly current = new Map([
    ['session', 'default'],
    ['dtcsetting', 'on'],
    ['x-light', 'dim'],
  ])
  /** Every change that was asked for, whether or not it came about. */
  readonly asked: string[] = []
  failures = 0
  gate: Promise<unknown> = Promise.resolve()

  async list() {
    return [...this.current].map(([id, value]) => ({ id, value, values: [{ value }] }))
  }

  async set(groupId: string, value: string): Promise<void> {
    this.asked.push(`${groupId} ${value}`)
    const { gate } = this
    await gate
    if (this.failures > 0) {
      this.failures--
      throw new SovdError('bad-gateway', 'not now')
    }
    this.current.set(groupId, value)
  }
}

export type Groups = Readonly<Record<string, readonly string[]>>

/** Components a, b and c with modes, an app x, and two groups that share b. */
export class LockedVehicle {
  readonly clock = new FakeClock()
  readonly logged: { level: 'warn' | 'error'; message: string; fields: LogFields | undefined }[] = []
  readonly modes: ReadonlyMap<string, TestModes> = new Map(['a', 'b', 'c'].map((id) => [id, new TestModes()]))
  readonly tree: EntityTree
  readonly locks: Locks
  readonly #backend: MemoryBackend

  constructor(options: Partial<LocksOptions> = {}) {
    this.#backend = new MemoryBackend('memory', this.#entities({ ab: ['a', 'b'], bc: ['b', 'c'] }))
    this.tree = new EntityTree([this.#backend], silentLogger)
    let next = 0
    const createId = () => `lock-${++next}`
    this.locks = new Locks({ clock: this.clock, log: this.#logger(), createId, tree: this.tree, ...options })
  }

  regroup(groups: Groups): void {
    this.#backend.replace(this.#entities(groups))
  }

  entity(id: string): Entity {
    return this.tree.get('component', id)
  }

  modesOf(id: string): TestModes {
    const modes = this.modes.get(id)
    if (!modes) throw new TypeError(`no component ${id}`)
    return modes
  }

  #entities(groups: Groups): Entity[] {
    const components = [...this.modes].map(([id, modes]) => entityOf({ kind: 'component', id, facets: { modes } }))
    const all = Object.entries(groups).map(([id, members]) => entityOf({ kind: 'group', id, members, facets: {} }))
    return [...components, ...all, entityOf({ kind: 'app', id: 'x', facets: {} })]
  }

  #logger(): Logger {
    const note = (level: 'warn' | 'error') => (message: string, fields?: LogFields) => {
      this.logged.push({ level, message, fields })
    }
    return { ...silentLogger, warn: note('warn'), error: note('error') }
  }
}

function entityOf(entity: Omit<Entity, 'name' | 'connectionState'>): Entity {
  return { name: entity.id, connectionState: 'connected', ...entity }
}
