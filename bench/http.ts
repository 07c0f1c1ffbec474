/**
 * CPU per request of the server and the gateway, beside the least that could do the same work. Both sides of a
 * comparison are measured at the same time, so that whatever else the machine does disturbs both alike.
 */
import { parseArgs } from 'node:util'
import { type Measured, measure } from './http/measure.ts'
import { startTarget, type TargetName } from './http/target.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '3000' },
    soak: { type: 'string', default: '0' },
  },
})
const seconds = Number(values.seconds)
const rate = Number(values.rate)
const rounds = Number(values.rounds)

const PAIRS: readonly (readonly [name: string, ours: TargetName, base: TargetName, goal: number])[] = [
  ['data read from memory', 'memory', 'fastify', 1.35],
  ['data read through the gateway', 'gateway', 'hop', 1.5],
]

for (const [name, ours, base, goal] of PAIRS) {
  const ratios: number[] = []
  const costs: [Measured, Measured][] = []
  const [oursTarget, baseTarget] = [await startTarget(ours), await startTarget(base)]
  for (const target of [oursTarget, baseTarget]) await measure(target, 3, rate)
  for (let round = 0; round < rounds; round++) {
    const pair = await Promise.all([measure(oursTarget, seconds, rate), measure(baseTarget, seconds, rate)])
    costs.push(pair)
    ratios.push(pair[0].cpuMicros / pair[1].cpuMicros)
  }
  const show = (at: 0 | 1) =>
    `${median(costs.map((pair) => pair[at].cpuMicros)).toFixed(1)} us CPU, ${Math.round(median(costs.map((pair) => pair[at].perSecond)))}/s`
  console.log(`${name}\n  ours      ${show(0)}\n  baseline  ${show(1)}`)
  console.log(
    `  ratio     ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}), goal at most ${goal}`,
  )
  if (Number(values.soak) > 0) await soak(name, oursTarget, Number(values.soak))
  for (const target of [oursTarget, baseTarget]) await target.stop()
}

/** Prints the resident memory along a run at full load. */
async function soak(name: string, target: Awaited<ReturnType<typeof startTarget>>, minutes: number): Promise<void> {
  const samples: string[] = []
  for (let elapsed = 0; elapsed < minutes * 60; elapsed += 15) {
    const { residentMiB } = await measure(target, 15, Number.POSITIVE_INFINITY)
    samples.push(residentMiB.toFixed(0))
  }
  console.log(`  resident MiB every 15 s at full load (${name}): ${samples.join(' ')}`)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
