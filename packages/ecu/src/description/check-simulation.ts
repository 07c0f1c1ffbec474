import { messageOf } from '@opensovd/base'
import { EncodingError } from '../encoding/codec.ts'
import { encodeValue } from '../encoding/value.ts'
import { dtcNumber } from './dtc-number.ts'
import { extremesOf } from './generators.ts'
import type { Path, Problems } from './problem.ts'
import type { SimulatedEcuDescription } from './schema/description.ts'
import type { DataDescription, RoutineDescription } from './schema/ecu.ts'
import type { Encoding } from './schema/encoding.ts'
import { inSimulatedVariant } from './variant.ts'

/**
 * What the schema cannot say of a simulation: it is about things that the ECU has, in whatever variant, and its values
 * have bytes.
 */
export function checkSimulation(ecu: SimulatedEcuDescription, path: Path, problems: Problems): void {
  const { simulation } = ecu
  const simulated = inSimulatedVariant(ecu)
  // What the simulated variant has comes last, so that it counts.
  const parts = [...ecu.variants, ecu, simulated]
  const data = new Map(parts.flatMap((part) => part.data.map((item) => [item.id, item])))
  const inSimulation = (...at: Path) => [...path, 'simulation', ...at]
  for (const [id, value] of Object.entries(simulation.values)) {
    const item = data.get(id)
    if (item) checkDatum(item, value, inSimulation('values', id), problems)
    else problems.add(inSimulation('values', id), `there is no datum "${id}"`)
  }
  const present = new Map(simulated.data.map((item) => [item.id, item]))
  const dtcs = new Set(parts.flatMap((part) => part.dtcs.map(({ dtc }) => dtcNumber(dtc))))
  for (const [index, { dtc, when }] of simulation.dtcs.entries()) {
    if (!dtcs.has(dtcNumber(dtc))) problems.add(inSimulation('dtcs', index, 'dtc'), `there is no DTC ${dtc}`)
    if (when) checkCondition(when, present, inSimulation('dtcs', index, 'when'), problems)
  }
  const routines = new Map(parts.flatMap((part) => part.routines.map((routine) => [routine.id, routine])))
  for (const [id, answers] of Object.entries(simulation.routines)) {
    const routine = routines.get(id)
    if (routine) checkRoutine(routine, answers, inSimulation('routines', id), problems)
    else problems.add(inSimulation('routines', id), `there is no routine "${id}"`)
  }
}

function checkDatum(item: DataDescription, value: unknown, path: Path, problems: Problems): void {
  const extremes = extremesOf(value)
  if ('problem' in extremes) {
    problems.add(path, extremes.problem)
    return
  }
  for (const each of extremes.values) checkBytes(item.encoding, each, path, problems)
}

function checkBytes(encoding: Encoding | undefined, value: unknown, path: Path, problems: Problems): void {
  try {
    if (encoding) encodeValue(encoding, value)
    else problems.add(path, 'has no encoding in the description')
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error
    problems.add(path, messageOf(error))
  }
}

const ANSWERS = { start: 'start', stop: 'stop', running: 'results', results: 'results' } as const

function checkRoutine(
  routine: RoutineDescription,
  answers: Readonly<Record<string, unknown>>,
  path: Path,
  problems: Problems,
): void {
  for (const [name, part] of Object.entries(ANSWERS)) {
    if (answers[name] === undefined) continue
    checkBytes(routine[part]?.response, answers[name], [...path, name], problems)
  }
}

function checkCondition(
  { data: id, member, above, below }: { data: string; member?: string; above?: number; below?: number },
  data: ReadonlyMap<string, DataDescription>,
  path: Path,
  problems: Problems,
): void {
  if (above === undefined && below === undefined) problems.add(path, 'needs above or below')
  const encoding = data.get(id)?.encoding
  if (!encoding) problems.add([...path, 'data'], `there is no datum "${id}"`)
  else if (member !== undefined && !memberNames(encoding).includes(member)) {
    problems.add([...path, 'member'], `"${id}" has no member "${member}"`)
  }
}

function memberNames(encoding: Encoding): readonly string[] {
  if (encoding.type === 'struct') return encoding.members.map(({ name }) => name)
  return encoding.type === 'bits' ? encoding.fields.map(({ name }) => name) : []
}
