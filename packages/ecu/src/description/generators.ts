import { ValueCheck } from './check-value.ts'
import { isRecord } from './complaint.ts'
import { Problems } from './problem.ts'
import { Generator, type GeneratorDescription } from './schema/simulation.ts'

/** The values with every generator at its lowest, and at its highest. */
export function extremesOf(value: unknown): { readonly values: readonly unknown[] } | { readonly problem: string } {
  if (isGenerator(value)) {
    const checked = checkGenerator(value)
    return 'problem' in checked ? checked : { values: limitsOf(checked.generator) }
  }
  if (!Array.isArray(value) && !isRecord(value)) return { values: [value] }
  const entries = Object.entries(value).map(([key, member]) => [key, extremesOf(member)] as const)
  const lows: [string, unknown][] = []
  const highs: [string, unknown][] = []
  for (const [key, extremes] of entries) {
    if ('problem' in extremes) return { problem: `${key}: ${extremes.problem}` }
    lows.push([key, extremes.values[0]])
    highs.push([key, extremes.values.at(-1)])
  }
  const build = (pairs: [string, unknown][]) =>
    Array.isArray(value) ? pairs.map(([, member]) => member) : Object.fromEntries(pairs)
  return { values: [build(lows), build(highs)] }
}

export function isGenerator(value: unknown): boolean {
  return isRecord(value) && 'generate' in value
}

/** Judges a generator and completes it with its defaults. */
export function checkGenerator(
  value: unknown,
): { readonly generator: GeneratorDescription } | { readonly problem: string } {
  const problems = new Problems(() => undefined)
  const generator = new ValueCheck({}, problems).complete(Generator, value, []) as GeneratorDescription
  const [first] = problems.list
  if (first) return { problem: `${first.path}: ${first.message}` }
  const [low = 0, high = 0] = limitsOf(generator)
  if (low > high) return { problem: 'its minimum is above its maximum' }
  return { generator }
}

function limitsOf(generator: GeneratorDescription): readonly number[] {
  switch (generator.generate) {
    case 'ramp':
      return [Math.min(generator.from, generator.to), Math.max(generator.from, generator.to)]
    case 'sine': {
      const { mean, amplitude } = generator
      return [mean - Math.abs(amplitude), mean + Math.abs(amplitude)]
    }
    case 'randomWalk':
      return [generator.minimum, generator.maximum]
  }
}
