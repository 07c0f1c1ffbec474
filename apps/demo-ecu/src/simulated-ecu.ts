import type { Clock } from '@opensovd/base'
import type { Entity, Facets } from '@opensovd/core'
import { DiagnosticModes } from './diagnostic-modes.ts'
import { EcuLog } from './ecu-log.ts'
import { OperationRunner, type SimulatedOperation } from './operation-runner.ts'
import { Power } from './power.ts'
import type { Random } from './simulation/random.ts'

/** A component that lives in this process, and what runs on it. Disposing it ends its operations. */
export interface SimulatedEcu extends Disposable {
  readonly entity: Entity
  /** Entities that are not there without it. */
  readonly apps: readonly Entity[]
  /** Lets `dtMs` pass for what the ECU measures and for its fault memory. */
  step(dtMs: number, random: Random): void
}

/** What any ECU has. */
export interface EcuBase {
  readonly identity: Pick<Entity, 'id' | 'name' | 'description' | 'category'>
  readonly modes: DiagnosticModes
  readonly operations: OperationRunner
  readonly power: Power
  readonly log: EcuLog
}

export interface SimulatedEcuParts extends EcuBase {
  readonly facets: Required<Pick<Facets, 'data' | 'faults' | 'configurations'>> & Pick<Facets, 'clearData'>
  readonly apps?: readonly Entity[]
  readonly dependsOn?: readonly string[]
  readonly step: SimulatedEcu['step']
}

/** Modes, operations and a log, all of which end or go on with the power. */
export function ecuBase(
  identity: EcuBase['identity'],
  simulated: readonly SimulatedOperation[],
  clock: Clock,
): EcuBase {
  const { id: ecuId } = identity
  const log = new EcuLog(ecuId, clock)
  const modes = new DiagnosticModes(ecuId, clock)
  const operations = new OperationRunner(ecuId, simulated, modes, clock)
  const power = new Power({
    ecuId,
    clock,
    isBusy: () => operations.isBusy,
    onDown(reason) {
      log.add('warn', reason)
      operations.failAll(reason)
      modes.reset()
    },
    onReady: () => log.add('info', `'${ecuId}' is ready`),
  })
  log.add('info', `'${ecuId}' is ready`)
  modes.onSession(() => log.add('info', `entered session '${modes.session}'`))
  return { identity, modes, operations, power, log }
}

/** Puts an ECU together so that each request to any of its facets needs it to be up and counts as activity. */
export function simulatedEcu(parts: SimulatedEcuParts): SimulatedEcu {
  const { identity, modes, operations, power, log, facets, step, apps = [], dependsOn } = parts
  const answered = <T extends object>(facet: T) =>
    guarded(facet, () => {
      power.requireReady()
      modes.noteRequest()
    })
  return {
    entity: {
      kind: 'component',
      ...identity,
      connectionState: 'connected',
      ...(dependsOn && { dependsOn }),
      facets: {
        data: answered(facets.data),
        faults: answered(facets.faults),
        operations: answered(operations),
        modes: answered(modes),
        configurations: answered(facets.configurations),
        ...(facets.clearData && { clearData: answered(facets.clearData) }),
        logs: answered(log),
        lifecycle: power,
      },
    },
    apps: apps.map((app) => ({ ...app, facets: answeredFacets(app.facets, answered) })),
    step(dtMs, random) {
      if (power.isReady) step(dtMs, random)
    },
    [Symbol.dispose]() {
      operations[Symbol.dispose]()
      modes[Symbol.dispose]()
      power[Symbol.dispose]()
    },
  }
}

function answeredFacets({ data }: Facets, answered: <T extends object>(facet: T) => T): Facets {
  return data ? { data: answered(data) } : {}
}

/** The same object, except that `before` is called before each of its methods, which rejects with what that throws. */
function guarded<T extends object>(target: T, before: () => void): T {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (...parameters: unknown[]) => {
        try {
          before()
        } catch (error) {
          return Promise.reject(error)
        }
        return Reflect.apply(member, target, parameters)
      }
    },
  })
}
