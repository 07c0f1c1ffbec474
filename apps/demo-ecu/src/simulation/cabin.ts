import { approach, wander } from './first-order.ts'
import type { Random } from './random.ts'

/** The air in the cabin and around the car. */
export interface Cabin {
  readonly airCelsius: number
  readonly outsideCelsius: number
  /** Dust in the cabin air. */
  readonly dustMicrogramsPerCubicMetre: number
}

export interface ClimateControl {
  readonly targetCelsius: number
  /** 0 is off. */
  readonly fanSpeed: number
  /** How hard the fan is made to work, 1 for normal. */
  readonly effort: number
}

export const INITIAL_CABIN: Cabin = { airCelsius: 22.3, outsideCelsius: 27, dustMicrogramsPerCubicMetre: 35 }

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const OUTSIDE = { mean: 27, deviation: 3, timeConstantMs: 2 * HOUR }
/** Time in which the fan at speed 1 brings the air 63 % of the way to the target. */
const CONDITIONING_MS = 10 * MINUTE
/** The same for the way to the outside temperature, through the body of the car. */
const LEAKAGE_MS = 4 * HOUR
const DUSTY_MICROGRAMS = 60
const DUST_MS = HOUR / 2
const CLEAN_MICROGRAMS = 5

/** The cabin `dtMs` later: fan and leakage pull its air to the target and to the outside, each by its strength. */
export function stepCabin(cabin: Cabin, control: ClimateControl, dtMs: number, random: Random): Cabin {
  const conditioning = (control.fanSpeed * control.effort) / CONDITIONING_MS
  const leakage = 1 / LEAKAGE_MS
  const pull = conditioning + leakage
  const settled = (control.targetCelsius * conditioning + cabin.outsideCelsius * leakage) / pull
  return {
    airCelsius: approach(cabin.airCelsius, settled, 1 / pull, dtMs),
    outsideCelsius: wander(cabin.outsideCelsius, OUTSIDE, dtMs, random),
    dustMicrogramsPerCubicMetre: approach(cabin.dustMicrogramsPerCubicMetre, DUSTY_MICROGRAMS, DUST_MS, dtMs),
  }
}

/** The cabin after its air went through the recirculation filter. */
export function flushCabin(cabin: Cabin): Cabin {
  return {
    ...cabin,
    dustMicrogramsPerCubicMetre: Math.min(cabin.dustMicrogramsPerCubicMetre, CLEAN_MICROGRAMS),
  }
}
