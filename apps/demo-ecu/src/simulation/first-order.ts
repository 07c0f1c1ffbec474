import type { Random } from './random.ts'

/** Where a first-order lag takes `value` in `dtMs` on its way to `target`. */
export function approach(value: number, target: number, timeConstantMs: number, dtMs: number): number {
  return target + (value - target) * Math.exp(-dtMs / timeConstantMs)
}

export interface Wandering {
  readonly mean: number
  /** Standard deviation in the long run. */
  readonly deviation: number
  /** How long the value remembers where it was. */
  readonly timeConstantMs: number
}

/** Beyond this many deviations a wandering value is cut off. */
export const MAX_DEVIATIONS = 3

/** One step of a value that chance pushes about and its mean pulls back (an Ornstein–Uhlenbeck process). */
export function wander(value: number, around: Wandering, dtMs: number, random: Random): number {
  const { mean, deviation, timeConstantMs } = around
  const push = deviation * Math.sqrt(-Math.expm1((-2 * dtMs) / timeConstantMs))
  const next = approach(value, mean, timeConstantMs, dtMs) + push * standardNormal(random)
  return clamp(next, mean - MAX_DEVIATIONS * deviation, mean + MAX_DEVIATIONS * deviation)
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}

/** Nearly normal: three uniform numbers have a quarter of the variance wanted. */
function standardNormal(random: Random): number {
  return 2 * (random() + random() + random() - 1.5)
}
