import { EcuCheck } from './check-ecu.ts'
import { refuseRepeats } from './check-encoding.ts'
import { checkSimulation } from './check-simulation.ts'
import { ValueCheck } from './check-value.ts'
import { DescriptionError, type Path, Problems } from './problem.ts'
import { type Description, DescriptionSchema, type SimulatedEcuDescription } from './schema/description.ts'
import type { SchemaNode } from './schema-node.ts'
import { inVariant } from './variant.ts'

/** Where a description comes from: a file, an importer, a program. */
export interface DescriptionSource {
  /** Plain objects, lists, texts, numbers. */
  readonly value: unknown
  /** Where the value at a path stands, such as `ecu.yaml:12:5`. */
  locate?(path: Path): string | undefined
}

/**
 * Judges a description, and completes it with its defaults.
 * @throws DescriptionError with everything that is wrong with it
 */
export function readDescription({ value, locate }: DescriptionSource): Description {
  const problems = new Problems((path) => locate?.(path))
  const root: SchemaNode = DescriptionSchema
  // What is used of it was judged by the schema that the type is made from.
  const description = new ValueCheck(root.$defs ?? {}, problems).complete(root, value, []) as Description
  if (Array.isArray(description?.ecus)) checkEcus(description.ecus, problems)
  if (problems.list.length > 0) throw new DescriptionError(problems.list)
  return description
}

/** ECUs that are not what the schema wants are left out; the others are judged all the same. */
function checkEcus(ecus: readonly SimulatedEcuDescription[], problems: Problems): void {
  const sound = ecus.map((_, index) => !problems.has(['ecus', index]))
  for (const [index, ecu] of ecus.entries()) {
    if (sound[index]) checkEcu(ecu, ['ecus', index], problems)
  }
  if (sound.includes(false)) return
  refuseRepeats(ecus, ({ id }) => id, ['ecus'], { what: 'id', problems })
  refuseRepeats(ecus, ({ address }) => address, ['ecus'], { what: 'address', problems })
}

function checkEcu(ecu: SimulatedEcuDescription, path: Path, problems: Problems): void {
  const before = problems.list.length
  new EcuCheck(ecu, path, problems).run()
  refuseRepeats(ecu.variants, ({ id }) => id, [...path, 'variants'], { what: 'id', problems })
  checkVariants(ecu, path, problems, before === problems.list.length)
  const { variant } = ecu.simulation
  if (variant !== undefined && !ecu.variants.some(({ id }) => id === variant)) {
    problems.add([...path, 'simulation', 'variant'], `there is no variant "${variant}"`)
  }
  checkSimulation(ecu, path, problems)
}

function checkVariants(ecu: SimulatedEcuDescription, path: Path, problems: Problems, isBaseSound: boolean): void {
  const data = new Set(ecu.data.map(({ id }) => id))
  const removable = new Set([...data, ...ecu.routines.map(({ id }) => id)])
  for (const [index, variant] of ecu.variants.entries()) {
    const at = [...path, 'variants', index]
    for (const id of Object.keys(variant.matches)) {
      if (!data.has(id)) problems.add([...at, 'matches', id], `there is no datum "${id}"`)
    }
    for (const [place, id] of variant.without.entries()) {
      if (!removable.has(id)) problems.add([...at, 'without', place], `there is no datum or routine "${id}"`)
    }
    if (!isBaseSound) continue
    const asVariant = new Problems(() => undefined)
    new EcuCheck(inVariant(ecu, variant), [], asVariant).run()
    for (const problem of asVariant.list) problems.add(at, `with this variant, ${problem.path}: ${problem.message}`)
  }
}
