import type { Clock, Logger } from '@opensovd/base'
import { type DataPoint, dataFacet, oneDecimal, readAll } from './data-points.ts'
import { FaultMemory, type Monitor } from './fault-memory.ts'
import type { SimulatedOperation } from './operation-runner.ts'
import { configurationFacet } from './parameters.ts'
import { ecuBase, type SimulatedEcu, simulatedEcu } from './simulated-ecu.ts'
import { type Cabin, flushCabin, INITIAL_CABIN, stepCabin } from './simulation/cabin.ts'
import { integerIn, numberIn, oneOf } from './value-rules.ts'

const COMFORT_PROFILES = ['eco', 'normal', 'boost'] as const
type ComfortProfile = (typeof COMFORT_PROFILES)[number]

/** How hard each profile makes the fan work. */
const EFFORT: Readonly<Record<ComfortProfile, number>> = { eco: 0.6, normal: 1, boost: 1.6 }

/** What the ECU holds. */
interface State {
  cabin: Cabin
  targetCelsius: number
  fanSpeed: number
  comfortProfile: ComfortProfile
}

const IDENTITY = {
  id: 'climate',
  name: 'Cabin Climate Controller',
  description: 'HVAC and cabin comfort ECU',
  category: 'body',
} as const

const TARGET = { min: 16, max: 28, unit: '°C' }
const FAN_SPEED = { min: 0, max: 7 }

const DUST_MICROGRAMS = { fails: 50, heals: 40 }

/** The climate controller. */
export function createClimate({ clock, log }: { clock: Clock; log: Logger }): SimulatedEcu {
  const state: State = { cabin: INITIAL_CABIN, targetCelsius: 21, fanSpeed: 3, comfortProfile: 'normal' }
  const points = dataPoints(state)
  const base = ecuBase(IDENTITY, operationsOf(state), clock)
  const faults = new FaultMemory({
    ecuId: IDENTITY.id,
    monitors: monitors(state),
    freezeFrame: () => readAll(points),
    log,
    onChange: ({ code }, phase) => base.log.add('warn', `fault ${code} is ${phase}`),
  })
  const configurations = configurationFacet(
    {
      'comfort-profile': {
        read: () => state.comfortProfile,
        write: (value, name) => {
          state.comfortProfile = oneOf(COMFORT_PROFILES)(value, name)
        },
      },
    },
    base.modes,
  )
  return simulatedEcu({
    ...base,
    facets: { data: dataFacet(points), faults, configurations },
    step(dtMs, random) {
      const { targetCelsius, fanSpeed, comfortProfile } = state
      state.cabin = stepCabin(state.cabin, { targetCelsius, fanSpeed, effort: EFFORT[comfortProfile] }, dtMs, random)
      if (base.modes.storesFaults) faults.step(dtMs)
    },
  })
}

function dataPoints(state: State): readonly DataPoint[] {
  return [
    {
      item: {
        id: 'cabin-temp',
        name: 'Cabin Temperature',
        dataType: 'float',
        unit: '°C',
        normalRange: { min: 10, max: 40 },
      },
      read: () => oneDecimal(state.cabin.airCelsius),
    },
    {
      item: {
        id: 'target-temp',
        name: 'Target Temperature',
        dataType: 'float',
        unit: '°C',
        normalRange: { min: TARGET.min, max: TARGET.max },
      },
      read: () => state.targetCelsius,
      write: (value, id) => {
        state.targetCelsius = numberIn(TARGET)(value, id)
      },
    },
    {
      item: { id: 'fan-speed', name: 'Fan Speed', dataType: 'integer', normalRange: FAN_SPEED },
      read: () => state.fanSpeed,
      write: (value, id) => {
        state.fanSpeed = integerIn(FAN_SPEED)(value, id)
      },
    },
  ]
}

function monitors(state: State): readonly Monitor[] {
  return [
    {
      fault: {
        id: 'climate-f001',
        code: 'B1A42',
        displayCode: 'B1A42',
        name: 'Cabin Air Quality Low',
        description: `More than ${DUST_MICROGRAMS.fails} µg/m³ of dust in the cabin air`,
        severity: 4,
      },
      fails: (failed) => state.cabin.dustMicrogramsPerCubicMetre > DUST_MICROGRAMS[failed ? 'heals' : 'fails'],
    },
  ]
}

function operationsOf(state: State): readonly SimulatedOperation[] {
  return [
    {
      id: 'recirculate',
      name: 'Recirculation Flush',
      description: 'Flush cabin air through recirculation filter',
      durationMs: 4000,
      sessions: ['default', 'extended'],
      complete: () => {
        const before = state.cabin.dustMicrogramsPerCubicMetre
        state.cabin = flushCabin(state.cabin)
        return {
          dustBeforeMicrogramsPerCubicMetre: oneDecimal(before),
          dustAfterMicrogramsPerCubicMetre: oneDecimal(state.cabin.dustMicrogramsPerCubicMetre),
        }
      },
    },
  ]
}
