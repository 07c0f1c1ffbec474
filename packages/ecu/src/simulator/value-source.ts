import { isRecord } from '../description/complaint.ts'
import { checkGenerator, isGenerator } from '../description/generators.ts'
import type { GeneratorDescription } from '../description/schema/simulation.ts'

/** A value of which numbers may be made by generators, at a moment. */
export type ValueSource = (elapsedMs: number) => unknown

/** A number at each moment since the start. Moments do not go back. */
type NumberSource = (elapsedMs: number) => number

/** After so many steps at once a walk is anywhere: it goes on from where it was. */
const MAX_STEPS = 10_000

/** @param random makes the walks repeatable: numbers in [0, 1) */
export function valueSource(value: unknown, random: () => number): ValueSource {
  if (isGenerator(value)) {
    const checked = checkGenerator(value)
    if ('problem' in checked) throw new TypeError(checked.problem)
    return numberSource(checked.generator, random)
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => valueSource(item, random))
    return (elapsedMs) => items.map((item) => item(elapsedMs))
  }
  if (!isRecord(value)) return () => value
  const members = Object.entries(value).map(([name, member]) => [name, valueSource(member, random)] as const)
  return (elapsedMs) => Object.fromEntries(members.map(([name, member]) => [name, member(elapsedMs)]))
}

function numberSource(generator: GeneratorDescription, random: () => number): NumberSource {
  switch (generator.generate) {
    case 'ramp': {
      const { from, to, periodMs } = generator
      return (elapsedMs) => from + ((to - from) * (elapsedMs % periodMs)) / periodMs
    }
    case 'sine': {
      const { mean, amplitude, periodMs } = generator
      return (elapsedMs) => mean + amplitude * Math.sin((2 * Math.PI * elapsedMs) / periodMs)
    }
    case 'randomWalk':
      return randomWalk(generator, random)
  }
}

function randomWalk(
  { start, step, minimum, maximum, everyMs }: Extract<GeneratorDescription, { generate: 'randomWalk' }>,
  random: () => number,
): NumberSource {
  let position = Math.min(maximum, Math.max(minimum, start))
  let steps = 0
  return (elapsedMs) => {
    const due = Math.floor(elapsedMs / everyMs)
    steps = Math.max(steps, due - MAX_STEPS)
    for (; steps < due; steps++) {
      position = Math.min(maximum, Math.max(minimum, position + (2 * random() - 1) * step))
    }
    return position
  }
}
