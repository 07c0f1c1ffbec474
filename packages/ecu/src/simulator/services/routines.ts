import type { Clock } from '@opensovd/base'
import { type Access, NRC, ROUTINE_CONTROL, type ServiceHandlers, ServiceRefusal } from '@opensovd/uds'
import type { RoutineDescription } from '../../description/schema/ecu.ts'
import type { Encoding } from '../../description/schema/encoding.ts'
import type { RoutineSimulationDescription } from '../../description/schema/simulation.ts'
import { encodeValue, sizeOf } from '../../encoding/value.ts'
import { requireAccess } from '../access.ts'
import type { EcuParts } from '../ecu-parts.ts'
import type { Programming } from '../programming.ts'
import { requireRecord } from './data.ts'

const PARTS = {
  [ROUTINE_CONTROL.START]: 'start',
  [ROUTINE_CONTROL.STOP]: 'stop',
  [ROUTINE_CONTROL.REQUEST_RESULTS]: 'results',
} as const
type PartName = (typeof PARTS)[keyof typeof PARTS]
const DEFAULTS: RoutineSimulationDescription = { durationMs: 0, background: false }

interface Routine {
  readonly description: RoutineDescription
  readonly simulation: RoutineSimulationDescription
  readonly access: Readonly<Record<PartName, Access>>
  /** When it was started, if it was since the last reset, and when it ends; stopped ones have ended. */
  run: { readonly endMs: number; readonly isStopped: boolean } | undefined
}

/** RoutineControl, and how to forget what ran: a restart does so. */
export function routineServices(
  parts: EcuParts,
  programming: Programming,
): { readonly services: ServiceHandlers; readonly forget: () => void } {
  const routines = new Map(parts.ecu.routines.map((described) => [described.routineId, routineOf(described, parts)]))
  const controls = controlsOf(parts.clock, programming)
  const forget = () => {
    for (const routine of routines.values()) routine.run = undefined
  }
  if (routines.size === 0) return { services: {}, forget }
  const services: ServiceHandlers = {
    routineControl: {
      subFunctions: Object.fromEntries(Object.keys(PARTS).map((type) => [type, {}])),
      handle: async ({ routineControlType, routineId, data }, { state, signal }) => {
        const routine = routines.get(routineId)
        if (!routine) throw new ServiceRefusal(NRC.requestOutOfRange)
        const name = Object.entries(PARTS).find(([type]) => Number(type) === routineControlType)?.[1]
        const part = name && routine.description[name]
        if (!name || !part) throw new ServiceRefusal(NRC.subFunctionNotSupported)
        requireAccess(routine.access[name], state.current)
        requireRecord(part.request, data)
        return { routineControlType, routineId, data: await controls[name](routine, data, signal) }
      },
    },
  }
  return { services, forget }
}

function routineOf(description: RoutineDescription, { simulation, resolve }: EcuParts): Routine {
  const { id, start, stop, results } = description
  const access = { start: resolve(start), stop: resolve(stop), results: resolve(results) }
  return { description, simulation: simulation.routines[id] ?? DEFAULTS, access, run: undefined }
}

/** Carries one part of a routine out, and gives its response record. */
type Control = (routine: Routine, data: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>

function controlsOf(clock: Clock, programming: Programming): Readonly<Record<PartName, Control>> {
  return {
    start: async (routine, data, signal) => {
      const { durationMs, background, start } = routine.simulation
      if (isRunning(routine, clock.monotonic())) throw new ServiceRefusal(NRC.conditionsNotCorrect)
      programming.check(routine.description.id, data)
      if (!background && durationMs > 0) await clock.sleep(durationMs, signal)
      const special = programming.run(routine.description.id, data)
      routine.run = { endMs: clock.monotonic() + (background ? durationMs : 0), isStopped: false }
      return special ?? record(routine.description.start?.response, start)
    },
    stop: async (routine) => {
      if (!isRunning(routine, clock.monotonic())) throw new ServiceRefusal(NRC.requestSequenceError)
      routine.run = { endMs: clock.monotonic(), isStopped: true }
      return record(routine.description.stop?.response, routine.simulation.stop)
    },
    results: async (routine) => {
      const { running, results } = routine.simulation
      if (!routine.run || routine.run.isStopped) throw new ServiceRefusal(NRC.requestSequenceError)
      const isEarly = isRunning(routine, clock.monotonic())
      if (isEarly && running === undefined) throw new ServiceRefusal(NRC.requestSequenceError)
      return record(routine.description.results?.response, isEarly ? running : results)
    },
  }
}

function isRunning({ run }: Routine, nowMs: number): boolean {
  return run !== undefined && nowMs < run.endMs
}

/** Zeros where the simulation gives no value. */
function record(encoding: Encoding | undefined, value: unknown): Uint8Array {
  if (!encoding) return new Uint8Array(0)
  return value === undefined ? new Uint8Array(sizeOf(encoding) ?? 0) : encodeValue(encoding, value)
}
