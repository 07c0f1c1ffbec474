import type { Clock, Logger } from '@opensovd/base'
import { type Entity, MemoryBackend } from '@opensovd/core'
import { createBms } from './bms.ts'
import { createClimate } from './climate.ts'
import type { SimulatedEcu } from './simulated-ecu.ts'
import { type Random, seededRandom } from './simulation/random.ts'

export interface DemoBackendOptions {
  readonly clock: Clock
  readonly log: Logger
  /** Nothing drifts and no fault appears or heals by itself; writes, operations and modes work as ever. */
  readonly static?: boolean
  /** Makes the drift the same each time: an integer, of which 32 bits count. Without it, chance decides. */
  readonly seed?: number
}

/** The simulation advances in steps of this length, however late the clock wakes it. */
export const STEP_MS = 500
/** A process that was held up for longer does not make up for it. */
const MAX_STEPS_AT_ONCE = 120

/** The two ECUs, what runs on them, their groups and where they are. They come alive while `run` runs. */
export function createDemoBackend(options: DemoBackendOptions): MemoryBackend {
  const { clock, log } = options
  const ecus = [createBms({ clock, log }), createClimate({ clock, log })]
  return new DemoBackend(ecus, options)
}

const GROUPS: readonly Entity[] = [
  group('powertrain', 'Powertrain', 'Powertrain domain ECUs', ['bms']),
  group('body', 'Body', 'Body domain ECUs', ['climate']),
]

const AREAS: readonly Entity[] = [
  { kind: 'area', id: 'vehicle', name: 'Vehicle', connectionState: 'connected', facets: {} },
  area('underbody', 'Underbody', 'bms'),
  area('cabin', 'Cabin', 'climate'),
]

class DemoBackend extends MemoryBackend {
  readonly #ecus: readonly SimulatedEcu[]
  readonly #clock: Clock
  readonly #random: Random
  readonly #static: boolean

  constructor(ecus: readonly SimulatedEcu[], options: DemoBackendOptions) {
    const apps = ecus.flatMap((ecu) => ecu.apps)
    super('demo-ecu', [...ecus.map(({ entity }) => entity), ...apps, ...GROUPS, ...AREAS])
    this.#ecus = ecus
    this.#clock = options.clock
    this.#random = seededRandom(options.seed ?? Math.floor(options.clock.random() * 2 ** 32))
    this.#static = options.static ?? false
  }

  override async run(signal: AbortSignal): Promise<void> {
    if (this.#static) return super.run(signal)
    let simulatedMs = this.#clock.monotonic()
    while (await this.#waited(signal)) {
      const due = Math.floor((this.#clock.monotonic() - simulatedMs) / STEP_MS)
      simulatedMs += due * STEP_MS
      for (let step = 0; step < Math.min(due, MAX_STEPS_AT_ONCE); step++) {
        for (const ecu of this.#ecus) ecu.step(STEP_MS, this.#random)
      }
    }
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    for (const ecu of this.#ecus) ecu[Symbol.dispose]()
  }

  /** Waits for one step; false once the signal aborted. */
  async #waited(signal: AbortSignal): Promise<boolean> {
    await this.#clock.sleep(STEP_MS, signal).catch(() => {})
    return !signal.aborted
  }
}

function group(id: string, name: string, description: string, members: readonly string[]): Entity {
  return { kind: 'group', id, name, description, connectionState: 'connected', members, facets: {} }
}

function area(id: string, name: string, member: string): Entity {
  return { kind: 'area', id, name, connectionState: 'connected', parentId: 'vehicle', members: [member], facets: {} }
}
