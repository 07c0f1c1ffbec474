import type { Entity, Facets } from '@opensovd/core'
import type { DiagnosticModes } from './diagnostic-modes.ts'
import type { OperationRunner } from './operation-runner.ts'
import type { Random } from './simulation/random.ts'

/** A component that lives in this process. Disposing it ends its operations. */
export interface SimulatedEcu extends Disposable {
  readonly entity: Entity
  /** Lets `dtMs` pass for what the ECU measures and for its fault memory. */
  step(dtMs: number, random: Random): void
}

export interface SimulatedEcuParts {
  readonly identity: Pick<Entity, 'id' | 'name' | 'description' | 'category'>
  readonly modes: DiagnosticModes
  readonly operations: OperationRunner
  readonly facets: Required<Pick<Facets, 'data' | 'faults' | 'configurations'>>
  readonly step: SimulatedEcu['step']
}

/** Puts an ECU together so that each request to any of its facets counts as activity for its modes. */
export function simulatedEcu({ identity, modes, operations, facets, step }: SimulatedEcuParts): SimulatedEcu {
  const { data, faults, configurations } = facets
  const noticed = <T extends object>(facet: T) => noticing(facet, () => modes.noteRequest())
  return {
    entity: {
      kind: 'component',
      ...identity,
      connectionState: 'connected',
      facets: {
        data: noticed(data),
        faults: noticed(faults),
        operations: noticed(operations),
        modes: noticed(modes),
        configurations: noticed(configurations),
      },
    },
    step,
    [Symbol.dispose]() {
      operations[Symbol.dispose]()
      modes[Symbol.dispose]()
    },
  }
}

/** The same object, except that `onCall` is called before each of its methods. */
function noticing<T extends object>(target: T, onCall: () => void): T {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (...parameters: unknown[]) => {
        onCall()
        return Reflect.apply(member, target, parameters)
      }
    },
  })
}
