import { systemClock } from '@opensovd/base/node'
import { backendContract, type ContractSample, SAMPLE_COMPONENT } from '@opensovd/core/testing'
import { openSimulatedBackend } from './testing/simulated-backend.ts'

/** What of the sample component an ECU can be: its values have an encoding, its faults are DTCs. */
const SAMPLE: ContractSample = {
  component: {
    ...SAMPLE_COMPONENT,
    data: SAMPLE_COMPONENT.data.map((item) =>
      item.id === 'cells' ? { ...item, value: { volts: [3.91, 4.002], ok: { ok: true } } } : item,
    ),
    faults: [
      {
        id: 'P0A80-00',
        code: 'P0A80-00',
        name: 'Cell Voltage Imbalance',
        severity: 2,
        status: { aggregatedStatus: 'passive' },
      },
      {
        id: 'P0A0D-00',
        code: 'P0A0D-00',
        name: 'Interlock Open',
        severity: 3,
        status: { aggregatedStatus: 'passive' },
      },
    ],
  },
  notes: ['""', '"0x1F"', '"grün 🚗"', '"x"'],
  limit: 4.15,
}

const BMS = {
  id: 'bms',
  name: 'Battery Management System',
  address: 0x1001,
  sessions: [{ id: 'extended', session: 3 }],
  services: { clearDtcs: {} },
  data: [
    { id: 'soc', name: 'State of Charge', did: 0x0100, encoding: { type: 'uint', bits: 16, factor: 0.1, unit: '%' } },
    { id: 'energy', name: 'Energy since Production', did: 0x0101, encoding: { type: 'uint', bits: 64 } },
    {
      id: 'cells',
      name: 'Cells',
      did: 0x0102,
      encoding: {
        type: 'struct',
        members: [
          { name: 'volts', type: 'array', length: 2, items: { type: 'uint', bits: 16, factor: 0.001 } },
          { name: 'ok', type: 'bits', bits: 8, fields: [{ name: 'ok', bit: 0 }] },
        ],
      },
    },
    {
      id: 'charge-limit',
      name: 'Charge Limit',
      did: 0x0103,
      encoding: { type: 'uint', bits: 8, unit: '%' },
      write: {},
    },
    { id: 'note', name: 'Note', did: 0x0104, encoding: { type: 'text', charset: 'utf8' }, write: {} },
    {
      id: 'max-cell-voltage',
      did: 0x0105,
      coding: true,
      encoding: { type: 'uint', bits: 16, factor: 0.01 },
      write: {},
    },
    { id: 'label', did: 0x0106, coding: true, encoding: { type: 'text' }, write: {} },
  ],
  dtcs: [
    { dtc: 'P0A80-00', text: 'Cell Voltage Imbalance', severity: 'checkAtNextHalt' },
    { dtc: 'P0A0D-00', text: 'Interlock Open', severity: 'maintenanceOnly' },
  ],
  routines: [
    {
      id: 'self-test',
      name: 'Battery Self Test',
      routineId: 0x0201,
      start: { request: { type: 'struct', members: [{ name: 'depth', type: 'text' }] } },
      results: { response: { type: 'struct', members: [{ name: 'depth', type: 'text' }] } },
    },
    { id: 'cell-balance', name: 'Cell Balancing', routineId: 0x0202, start: {}, stop: {}, results: {} },
  ],
  simulation: {
    values: {
      soc: 78.5,
      energy: 9007199254740993n,
      cells: { volts: [3.91, 4.002], ok: { ok: true } },
      'charge-limit': 80,
      note: '',
      'max-cell-voltage': 4.2,
      label: 'pack A',
    },
    dtcs: [
      { dtc: 'P0A80-00', stored: true },
      { dtc: 'P0A0D-00', stored: true },
    ],
    routines: {
      'self-test': { background: true, results: { depth: 'full' } },
      'cell-balance': { background: true, durationMs: 3_600_000 },
    },
  },
}

backendContract(
  'ECUs behind a DoIP entity',
  async () => ({ ...(await openSimulated()), noGroups: 'ECUs have no groups' }),
  SAMPLE,
)

async function openSimulated() {
  const opened = await openSimulatedBackend({ clock: systemClock, ecus: [BMS] })
  return { backend: opened.backend, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}
