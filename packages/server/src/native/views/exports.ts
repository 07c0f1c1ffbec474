import { type Clock, pick } from '@opensovd/base'
import { type DataReading, type Entity, faultOf, isOutside, type PastFault, type PastFaultQuery } from '@opensovd/core'
import { type PartialFailure, partialMember } from '@opensovd/sovd'
import { dataValueView } from './data.ts'
import { exportedFaultView } from './exported-faults.ts'
import { faultView } from './faults.ts'

const SCHEMA_VERSION = '1.0.0'

export interface ExportOrigin {
  readonly clock: Clock
  readonly serverVersion: string
}

export function snapshotHeadView(origin: ExportOrigin, componentId: string) {
  return { _meta: true as const, exportType: 'component-snapshot' as const, componentId, ...provenance(origin) }
}

export function snapshotItemView(componentId: string, { item, value }: DataReading) {
  return {
    ...pick(item, ['id', 'name']),
    componentId,
    ...pick(item, ['dataType', 'access']),
    ...(value === undefined ? {} : { value: dataValueView(value) }),
    ...pick(item, ['unit', 'semanticRef', 'normalRange', 'samplingHint', 'classificationTags']),
    ...(value && isOutside(value.value, item.normalRange) ? { '@sovd.outsideNormalRange': true as const } : {}),
  }
}

export function faultExportHeadView(
  origin: ExportOrigin,
  components: readonly Entity[],
  partial: readonly PartialFailure[],
) {
  return {
    _meta: true as const,
    exportType: 'fault-export' as const,
    ...provenance(origin),
    ...firmwareOf(components),
    timeRange: null,
    ...partialMember(partial),
  }
}

/** Of the components as they are now: which firmware they had then is not known. */
export function faultHistoryHeadView(
  origin: ExportOrigin,
  components: readonly Entity[],
  { fromMs, toMs }: PastFaultQuery,
) {
  return {
    _meta: true as const,
    exportType: 'fault-history-export' as const,
    ...provenance(origin),
    ...firmwareOf(components),
    timeRange: {
      ...(fromMs === undefined ? {} : { from: fromMs }),
      ...(toMs === undefined ? {} : { to: toMs }),
    },
  }
}

export function pastFaultView(past: PastFault) {
  const { atMs, event, reason, by } = past
  return {
    ...pastStateView(past),
    '@sovd.time': new Date(atMs).toISOString(),
    '@sovd.event': event,
    ...(reason === undefined ? {} : { '@sovd.reason': reason }),
    ...(by ? { '@sovd.clearedBy': by.subject } : {}),
  }
}

function pastStateView(past: PastFault) {
  if (!('entity' in past)) return faultView({ id: past.fault.componentId }, faultOf(past.fault))
  return exportedFaultView(past.entity, past.fault)
}

function firmwareOf(components: readonly Entity[]) {
  return {
    componentFirmwareVersions: components.flatMap(({ id, softwareVersion }) =>
      softwareVersion === undefined ? [] : [{ componentId: id, softwareVersion }],
    ),
  }
}

function provenance({ clock, serverVersion }: ExportOrigin) {
  return { exportedAt: new Date(clock.now()).toISOString(), serverVersion, schemaVersion: SCHEMA_VERSION }
}
