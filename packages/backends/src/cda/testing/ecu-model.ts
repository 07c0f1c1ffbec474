import type { Json, JsonObject } from '@opensovd/base'
import { SAMPLE_COMPONENT } from '@opensovd/core/testing'

interface ItemModel {
  /** In the spelling of the database. */
  readonly id: string
  readonly name: string
  readonly category?: string
  readonly data: JsonObject
  /** Whether writing it is denied to everybody. */
  readonly denied?: boolean
}

interface OperationModel {
  readonly id: string
  readonly name: string
  /** `endless`: until it is stopped. `without-results`: as well, and its database has no service to ask for results. */
  readonly kind: 'sync' | 'async' | 'endless' | 'without-results'
  /** The negative response code it refuses to start with. */
  readonly refuses?: number
}

/** What an ECU of the double is. */
export interface EcuModel {
  /** In the spelling of its database; its id is that in small letters. */
  readonly qualifier: string
  readonly name: string
  readonly variant: string
  readonly address: string
  readonly isOnCan?: boolean
  readonly data: readonly ItemModel[]
  readonly configurations: readonly ItemModel[]
  readonly faults: readonly JsonObject[]
  readonly snapshots: Json
  readonly extendedData: Json
  readonly operations: readonly OperationModel[]
  readonly sessions: readonly string[]
}

const BITS = [
  'test_failed',
  'test_failed_this_operation_cycle',
  'pending_dtc',
  'confirmed_dtc',
  'test_not_completed_since_last_clear',
  'test_failed_since_last_clear',
  'test_not_completed_this_operation_cycle',
  'warning_indicator_requested',
]

/** The status of a fault by its mask [14229-1 D.2]. */
export function statusOf(mask: string): JsonObject {
  const bits = Number.parseInt(mask, 16)
  return { ...Object.fromEntries(BITS.map((name, bit) => [name, (bits & (1 << bit)) !== 0])), mask }
}

/** An ECU as those of the adapter's own tests are. */
export const FLXC1000: EcuModel = {
  qualifier: 'FLXC1000',
  name: 'FLXC1000',
  variant: 'FLXC1000_App_0101',
  address: '0x1000',
  data: [
    {
      id: 'VINDataIdentifier',
      name: 'Vehicle Identification Number',
      category: 'STOREDDATA',
      data: { VIN: 'SCEDT26T8BD005261' },
    },
    { id: 'Identification', name: '', category: '', data: { Identification: '0x00 0x01' } },
    {
      id: 'FluxCapacitorPowerConsumption',
      name: 'Flux Capacitor Power Consumption',
      category: 'CURRENTDATA',
      data: { Current: 12.5, Voltage: 400 },
    },
  ],
  configurations: [
    {
      id: 'ActiveDiagnosticSessionDataIdentifier',
      name: '',
      data: { EcuSessionType: 'Default' },
    },
  ],
  faults: [
    { code: '01E240', fault_name: 'Flux capacitor overcharged', severity: 2, status: statusOf('29') },
    { code: '039447', fault_name: 'No plutonium', severity: 3, status: statusOf('0C') },
    { code: '01E241', fault_name: 'Mr. Fusion is full', severity: 1, status: statusOf('FF') },
    { code: '01E242', fault_name: 'Code4', severity: 0, status: statusOf('00') },
  ],
  snapshots: {
    FE: {
      DTCSnapshotRecordNumberOfIdentifiers: 1,
      DTCSnapshotRecord: [{ DTCSnapshotRecordDid: '0xF190', DTCSnapshotRecordDidData: '0x53 0x43' }],
    },
  },
  extendedData: { FF: { OccurrenceCounter: 3 } },
  operations: [
    { id: 'SelfTest', name: 'Self Test', kind: 'sync' },
    { id: 'CalibrateSensors', name: 'Calibrate Sensors', kind: 'endless' },
    { id: 'Measure', name: 'Measure', kind: 'async' },
    { id: 'WarmUp', name: 'WarmUp', kind: 'without-results' },
    { id: 'DriveAway', name: 'DriveAway', kind: 'sync', refuses: 0x22 },
  ],
  sessions: ['Default', 'Extended', 'Programming'],
}

/** The component that every backend is tested with. */
export const SAMPLE_ECU: EcuModel = {
  qualifier: 'BMS',
  name: SAMPLE_COMPONENT.name,
  variant: 'BMS_App',
  address: '0x1001',
  data: SAMPLE_COMPONENT.data.map(({ id, name, value, access }) => ({
    id,
    name,
    data: { Value: value },
    denied: access === 'readOnly',
  })),
  configurations: Object.entries(SAMPLE_COMPONENT.configurations).map(([id, value]) => ({
    id,
    name: id,
    data: { Value: value ?? null },
  })),
  faults: SAMPLE_COMPONENT.faults.map(({ code, name, scope, severity, status }) => ({
    code,
    fault_name: name,
    ...(scope === undefined ? {} : { scope }),
    severity,
    status: statusOf(status.aggregatedStatus === 'active' ? '09' : '08'),
  })),
  snapshots: {},
  extendedData: {},
  operations: [
    { id: 'self-test', name: 'Battery Self Test', kind: 'async' },
    { id: 'cell-balance', name: 'Cell Balancing', kind: 'endless' },
  ],
  sessions: ['Default', 'Extended'],
}
