import { type Json, type JsonObject, parseJson } from '@opensovd/base'
import type { DataItem } from '../facets/data.ts'
import type { Fault } from '../facets/faults.ts'
import type { ModeGroup } from '../facets/modes.ts'
import type { Operation } from '../facets/operations.ts'

/** What a component is, and is at, when a contract begins. */
export interface SampleComponent {
  readonly id: string
  readonly name: string
  readonly data: readonly (DataItem & { readonly value: Json })[]
  readonly faults: readonly Fault[]
  /** `self-test` runs for a while and results in its parameters; `cell-balance` runs until it is stopped. */
  readonly operations: readonly Operation[]
  readonly modes: readonly ModeGroup[]
  readonly configurations: JsonObject
}

/** A number that a double cannot hold. */
const ENERGY = parseJson('9007199254740993')

/** The component that a backend under contract has. */
export const SAMPLE_COMPONENT: SampleComponent = {
  id: 'bms',
  name: 'Battery Management System',
  data: [
    { id: 'soc', name: 'State of Charge', access: 'readOnly', dataType: 'float', unit: '%', value: 78.5 },
    { id: 'energy', name: 'Energy since Production', access: 'readOnly', dataType: 'integer', value: ENERGY },
    { id: 'cells', name: 'Cells', access: 'readOnly', dataType: 'struct', value: { volts: [3.91, null], ok: true } },
    { id: 'charge-limit', name: 'Charge Limit', access: 'readWrite', dataType: 'integer', unit: '%', value: 80 },
    { id: 'note', name: 'Note', access: 'readWrite', dataType: 'string', value: '' },
  ],
  faults: [
    {
      id: 'P0A80',
      code: 'P0A80',
      displayCode: 'P0A80',
      name: 'Cell Voltage Imbalance',
      scope: 'module-3',
      severity: 2,
      status: { aggregatedStatus: 'active' },
    },
    { id: 'P0A0D', code: 'P0A0D', name: 'Interlock Open', severity: 4, status: { aggregatedStatus: 'passive' } },
  ],
  operations: [
    { id: 'self-test', name: 'Battery Self Test', running: false },
    { id: 'cell-balance', name: 'Cell Balancing', running: false },
  ],
  modes: [{ id: 'session', value: 'default', values: [{ value: 'default' }, { value: 'extended' }] }],
  configurations: { 'max-cell-voltage': 4.2, label: 'pack A' },
}

/** The group of the component, where a backend has groups. */
export const SAMPLE_GROUP = { id: 'powertrain', name: 'Powertrain', members: [SAMPLE_COMPONENT.id] }
