import { approach, clamp, wander } from './first-order.ts'
import type { Random } from './random.ts'

/** A traction battery of 100 cells in series and 200 Ah, in a car that is driven until it has to be charged. */
export interface Battery {
  readonly use: 'driving' | 'charging'
  readonly socPercent: number
  /** Positive while the battery gives. */
  readonly currentAmps: number
  readonly cellTempMaxCelsius: number
  readonly coolantCelsius: number
  /** How much longer the coolant pump delivers less than it should. */
  readonly weakPumpMs: number
  /** Voltage between the fullest and the emptiest cell. */
  readonly cellSpreadMillivolts: number
  /** What the battery is found to hold; what it held when it was new until that is known. */
  readonly learnedCapacityAmpHours: number
  /** The warmest that a cell is remembered to have been. */
  readonly peakCellTempCelsius: number
}

export const INITIAL_BATTERY: Battery = {
  use: 'driving',
  socPercent: 78.5,
  currentAmps: 20,
  cellTempMaxCelsius: 34.1,
  coolantCelsius: 31,
  weakPumpMs: 0,
  cellSpreadMillivolts: 34,
  learnedCapacityAmpHours: 187.5,
  peakCellTempCelsius: 41.2,
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const CAPACITY_AMP_HOURS = 200
/** What an aged battery of that size turns out to hold. */
const AGED_CAPACITY_AMP_HOURS = 187.5
const LEARNING_MS = 12 * HOUR
const RESISTANCE_OHMS = 0.08
const RECHARGE_AT_PERCENT = 15

const DRIVING = { mean: 30, deviation: 18, timeConstantMs: 20_000 }
const CHARGING = { mean: -80, deviation: 4, timeConstantMs: 20_000 }
const COOLANT = { mean: 31, deviation: 1.5, timeConstantMs: HOUR }

const HEAT_CAPACITY_JOULES_PER_KELVIN = 36_000
const COOLING_WATTS_PER_KELVIN = 60
const WEAK_COOLING_WATTS_PER_KELVIN = 15
const WEAK_PUMP_EVERY_MS = 2 * HOUR
const WEAK_PUMP_FOR_MS = 20 * MINUTE
/** From the first temperature on, the battery takes and gives less; at the second, nothing. */
const DERATING_CELSIUS = [48, 55] as const

const BALANCED_MILLIVOLTS = 6
const UNBALANCED_MILLIVOLTS = 60
const UNBALANCING_MS = HOUR

const EMPTY_VOLTS = 320
/** How the open-circuit voltage rises with the state of charge, piece by piece. */
const OPEN_CIRCUIT = [
  { fromPercent: 0, toPercent: 10, voltsPerPercent: 2.9 },
  { fromPercent: 10, toPercent: 20, voltsPerPercent: 0.9 },
  { fromPercent: 20, toPercent: 40, voltsPerPercent: 0.65 },
  { fromPercent: 40, toPercent: 60, voltsPerPercent: 0.6 },
  { fromPercent: 60, toPercent: 100, voltsPerPercent: 0.8 },
] as const

/** The battery `dtMs` later. It is charged up to `chargeLimitPercent`. */
export function stepBattery(battery: Battery, chargeLimitPercent: number, dtMs: number, random: Random): Battery {
  const currentAmps = wander(battery.currentAmps, load(battery), dtMs, random)
  const drawnPercent = (currentAmps * dtMs) / HOUR / (CAPACITY_AMP_HOURS / 100)
  const socPercent = clamp(battery.socPercent - drawnPercent, 0, 100)
  const cellTempMaxCelsius = nextTemperature(battery, dtMs)
  return {
    use: nextUse(battery.use, socPercent, chargeLimitPercent),
    socPercent,
    currentAmps,
    cellTempMaxCelsius,
    coolantCelsius: wander(battery.coolantCelsius, COOLANT, dtMs, random),
    weakPumpMs: nextWeakPump(battery.weakPumpMs, dtMs, random),
    cellSpreadMillivolts: approach(battery.cellSpreadMillivolts, UNBALANCED_MILLIVOLTS, UNBALANCING_MS, dtMs),
    learnedCapacityAmpHours: approach(battery.learnedCapacityAmpHours, AGED_CAPACITY_AMP_HOURS, LEARNING_MS, dtMs),
    peakCellTempCelsius: Math.max(battery.peakCellTempCelsius, cellTempMaxCelsius),
  }
}

/** The battery after its cells were brought to the same voltage. */
export function balanceCells(battery: Battery): Battery {
  return { ...battery, cellSpreadMillivolts: Math.min(battery.cellSpreadMillivolts, BALANCED_MILLIVOLTS) }
}

/** The battery with the capacity that it had when it was new taken for its own again. */
export function unlearnCapacity(battery: Battery): Battery {
  return { ...battery, learnedCapacityAmpHours: CAPACITY_AMP_HOURS }
}

/** The battery with nothing remembered of how warm it was. */
export function forgetPeak(battery: Battery): Battery {
  return { ...battery, peakCellTempCelsius: battery.cellTempMaxCelsius }
}

/** Voltage at the terminals. */
export function packVolts({ socPercent, currentAmps }: Battery): number {
  return openCircuitVolts(socPercent) - currentAmps * RESISTANCE_OHMS
}

/** Resistance between the pack and the chassis; falls as the battery warms up. */
export function isolationKiloOhms({ cellTempMaxCelsius }: Battery): number {
  return 2800 - 15 * cellTempMaxCelsius
}

function load({ use, socPercent, cellTempMaxCelsius }: Battery): typeof DRIVING {
  const [from, to] = DERATING_CELSIUS
  const derating = clamp((to - cellTempMaxCelsius) / (to - from), 0, 1)
  if (use === 'driving') return scaled(DRIVING, derating)
  // Above 82 % the charger holds the voltage and the current fades.
  const fading = clamp((102 - socPercent) / 20, 0, 1)
  return scaled(CHARGING, derating * fading)
}

function scaled(load: typeof DRIVING, factor: number): typeof DRIVING {
  return { ...load, mean: load.mean * factor, deviation: load.deviation * factor }
}

function nextUse(use: Battery['use'], socPercent: number, chargeLimitPercent: number): Battery['use'] {
  if (use === 'driving') return socPercent <= RECHARGE_AT_PERCENT ? 'charging' : 'driving'
  return socPercent >= chargeLimitPercent ? 'driving' : 'charging'
}

function nextTemperature(battery: Battery, dtMs: number): number {
  const heatWatts = battery.currentAmps ** 2 * RESISTANCE_OHMS
  const cooling = battery.weakPumpMs > 0 ? WEAK_COOLING_WATTS_PER_KELVIN : COOLING_WATTS_PER_KELVIN
  const settled = battery.coolantCelsius + heatWatts / cooling
  return approach(battery.cellTempMaxCelsius, settled, (HEAT_CAPACITY_JOULES_PER_KELVIN / cooling) * 1000, dtMs)
}

function nextWeakPump(weakPumpMs: number, dtMs: number, random: Random): number {
  const begins = random() < dtMs / WEAK_PUMP_EVERY_MS
  if (weakPumpMs > 0) return Math.max(0, weakPumpMs - dtMs)
  return begins ? WEAK_PUMP_FOR_MS : 0
}

function openCircuitVolts(socPercent: number): number {
  return OPEN_CIRCUIT.reduce(
    (volts, { fromPercent, toPercent, voltsPerPercent }) =>
      volts + clamp(socPercent - fromPercent, 0, toPercent - fromPercent) * voltsPerPercent,
    EMPTY_VOLTS,
  )
}
