import type { Clock, JsonObject, Logger } from '@opensovd/base'
import type { Entity } from '@opensovd/core'
import { type DataPoint, dataFacet, oneDecimal, readAll } from './data-points.ts'
import { FaultMemory, type Monitor } from './fault-memory.ts'
import { clearDataFacet } from './forgetting.ts'
import type { SimulatedOperation } from './operation-runner.ts'
import { configurationFacet } from './parameters.ts'
import { ecuBase, type SimulatedEcu, simulatedEcu } from './simulated-ecu.ts'
import {
  type Battery,
  balanceCells,
  forgetPeak,
  INITIAL_BATTERY,
  isolationKiloOhms,
  packVolts,
  stepBattery,
  unlearnCapacity,
} from './simulation/battery.ts'
import { integerIn } from './value-rules.ts'

/** What the ECU holds. */
interface State {
  battery: Battery
  chargeLimitPercent: number
  /** Cells further apart than this are a fault. */
  balanceThresholdMillivolts: number
}

const IDENTITY = {
  id: 'bms',
  name: 'Battery Management System',
  description: 'HV battery management ECU',
  category: 'powertrain',
} as const

const CHARGE_LIMIT = { min: 50, max: 100, unit: '%' }
const BALANCE_THRESHOLD = { min: 5, max: 100, unit: 'mV' }
/** A fault heals when its reading has come this far below the limit. */
const HEALED_SHARE = 0.8
const OVER_TEMPERATURE_CELSIUS = { fails: 45, heals: 42 }
const MIN_ISOLATION_KILO_OHMS = 500

/** The battery management system. */
export function createBms({ clock, log }: { clock: Clock; log: Logger }): SimulatedEcu {
  const state: State = { battery: INITIAL_BATTERY, chargeLimitPercent: 80, balanceThresholdMillivolts: 20 }
  const points = dataPoints(state)
  const base = ecuBase(IDENTITY, operationsOf(state), clock)
  const { modes } = base
  const faults = new FaultMemory({
    ecuId: IDENTITY.id,
    monitors: monitors(state),
    freezeFrame: () => readAll(points),
    log,
    onChange: ({ code }, phase) => base.log.add('warn', `fault ${code} is ${phase}`),
  })
  const configurations = configurationFacet(
    {
      'cell-balance-threshold-mv': {
        read: () => state.balanceThresholdMillivolts,
        write: (value, name) => {
          state.balanceThresholdMillivolts = integerIn(BALANCE_THRESHOLD)(value, name)
        },
      },
    },
    modes,
  )
  const clearData = clearDataFacet({
    'learned-data': () => {
      state.battery = unlearnCapacity(state.battery)
      base.log.add('info', 'forgot the capacity that was learned')
    },
    'cached-data': () => {
      state.battery = forgetPeak(state.battery)
      base.log.add('info', 'forgot the highest temperature of a cell')
    },
  })
  return simulatedEcu({
    ...base,
    facets: { data: dataFacet(points), faults, configurations, clearData },
    dependsOn: ['climate'],
    apps: [batteryCare(state)],
    step(dtMs, random) {
      state.battery = stepBattery(state.battery, state.chargeLimitPercent, dtMs, random)
      if (modes.storesFaults) faults.step(dtMs)
    },
  })
}

function dataPoints(state: State): readonly DataPoint[] {
  return [
    {
      item: {
        id: 'soc',
        name: 'State of Charge',
        dataType: 'float',
        unit: '%',
        groups: ['charge'],
        tags: ['energy'],
        normalRange: { min: 10, max: 100 },
      },
      read: () => oneDecimal(state.battery.socPercent),
    },
    {
      item: {
        id: 'voltage',
        name: 'Pack Voltage',
        dataType: 'float',
        unit: 'V',
        tags: ['energy'],
        normalRange: { min: 320, max: 420 },
      },
      read: () => oneDecimal(packVolts(state.battery)),
    },
    {
      item: {
        id: 'cell-temp-max',
        name: 'Max Cell Temperature',
        dataType: 'float',
        unit: '°C',
        groups: ['temperatures'],
        normalRange: { min: 15, max: OVER_TEMPERATURE_CELSIUS.fails },
      },
      read: () => oneDecimal(state.battery.cellTempMaxCelsius),
    },
    {
      item: {
        id: 'charge-limit',
        name: 'Charge Limit',
        dataType: 'integer',
        unit: '%',
        groups: ['charge'],
        tags: ['energy', 'setting'],
        normalRange: { min: CHARGE_LIMIT.min, max: CHARGE_LIMIT.max },
      },
      read: () => state.chargeLimitPercent,
      write: (value, id) => {
        state.chargeLimitPercent = integerIn(CHARGE_LIMIT)(value, id)
      },
    },
  ]
}

/** What runs on the ECU and shows what it has learned. */
function batteryCare(state: State): Entity {
  const data = dataFacet([
    {
      item: {
        id: 'learned-capacity',
        name: 'Learned Capacity',
        category: 'storedData',
        dataType: 'float',
        unit: 'Ah',
        groups: ['ageing'],
        tags: ['learned'],
      },
      read: () => oneDecimal(state.battery.learnedCapacityAmpHours),
    },
    {
      item: {
        id: 'peak-cell-temp',
        name: 'Highest Cell Temperature so far',
        category: 'storedData',
        dataType: 'float',
        unit: '°C',
        groups: ['ageing', 'temperatures'],
        tags: ['cached'],
      },
      read: () => oneDecimal(state.battery.peakCellTempCelsius),
    },
  ])
  return {
    kind: 'app',
    id: 'battery-care',
    name: 'Battery Care',
    description: 'Watches how the battery ages',
    connectionState: 'connected',
    hostId: IDENTITY.id,
    members: [IDENTITY.id],
    dependsOn: [IDENTITY.id],
    facets: { data },
  }
}

function monitors(state: State): readonly Monitor[] {
  return [
    {
      fault: {
        id: 'bms-f001',
        code: 'P0A80',
        displayCode: 'P0A80',
        name: 'Cell Voltage Imbalance',
        description: 'Cell voltage imbalance detected in module 3',
        severity: 2,
      },
      fails: (failed) =>
        state.battery.cellSpreadMillivolts > state.balanceThresholdMillivolts * (failed ? HEALED_SHARE : 1),
      stored: true,
    },
    {
      fault: {
        id: 'bms-f002',
        code: 'P0A7E',
        displayCode: 'P0A7E',
        name: 'Battery Over Temperature',
        description: `A cell is warmer than ${OVER_TEMPERATURE_CELSIUS.fails} °C`,
        severity: 3,
      },
      fails: (failed) => state.battery.cellTempMaxCelsius > OVER_TEMPERATURE_CELSIUS[failed ? 'heals' : 'fails'],
    },
  ]
}

function operationsOf(state: State): readonly SimulatedOperation[] {
  return [
    {
      id: 'self-test',
      name: 'Battery Self Test',
      description: 'Run full cell balance and isolation test',
      durationMs: 5000,
      sessions: ['default', 'extended'],
      complete: () => selfTest(state),
    },
    {
      id: 'cell-balance',
      name: 'Cell Balancing',
      description: 'Trigger active cell balancing cycle',
      durationMs: 10_000,
      sessions: ['extended'],
      complete: () => {
        const before = state.battery.cellSpreadMillivolts
        state.battery = balanceCells(state.battery)
        return {
          spreadBeforeMillivolts: oneDecimal(before),
          spreadAfterMillivolts: oneDecimal(state.battery.cellSpreadMillivolts),
        }
      },
    },
  ]
}

function selfTest({ battery, balanceThresholdMillivolts }: State): JsonObject {
  const spread = battery.cellSpreadMillivolts
  const isolation = isolationKiloOhms(battery)
  return {
    cellBalance: { passed: spread <= balanceThresholdMillivolts, spreadMillivolts: oneDecimal(spread) },
    isolation: { passed: isolation >= MIN_ISOLATION_KILO_OHMS, resistanceKiloOhms: Math.round(isolation) },
  }
}
