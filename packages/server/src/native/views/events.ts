import type { DataValue, Entity, EventText, FaultList, Reading } from '@opensovd/core'
import { partialMember, type SovdError } from '@opensovd/sovd'
import { faultView } from './faults.ts'

function timestamp(atMs: number): string {
  return new Date(atMs).toISOString()
}

export function faultChangeEvent(
  { id }: Entity,
  added: readonly string[],
  removed: readonly string[],
  totalFaults: number,
): EventText {
  return { name: 'faultChange', data: JSON.stringify({ componentId: id, added, removed, totalFaults }) }
}

export function faultUpdateEvent({ id }: Entity, changed: readonly string[], totalFaults: number): EventText {
  return { name: 'faultUpdate', data: JSON.stringify({ componentId: id, changed, totalFaults }) }
}

/** @param type whether the value is the first that is told, or another one */
export function dataEvent(
  component: Entity,
  dataId: string,
  type: 'data-snapshot' | 'data-change',
  reading: Reading<DataValue>,
): EventText {
  if ('error' in reading) return sourceErrorEvent(component, reading.error, reading.atMs, dataId)
  const { value } = reading.value
  const body = { type, componentId: component.id, dataId, value, timestamp: timestamp(reading.atMs) }
  return { name: 'data-change', data: JSON.stringify(body) }
}

export function faultSnapshotEvent(component: Entity, reading: Reading<FaultList>): EventText {
  if ('error' in reading) return sourceErrorEvent(component, reading.error, reading.atMs)
  const { faults, partial } = reading.value
  const body = {
    type: 'fault-snapshot',
    componentId: component.id,
    faults: faults.map((fault) => faultView(component, fault)),
    ...partialMember(partial),
    timestamp: timestamp(reading.atMs),
  }
  return { name: 'fault-change', data: JSON.stringify(body) }
}

export function sourceErrorEvent(
  { id }: Entity,
  { status, message }: SovdError,
  atMs: number,
  dataId?: string,
): EventText {
  const body = {
    type: 'source-error',
    componentId: id,
    ...(dataId === undefined ? {} : { dataId }),
    error: { code: `SOVD-ERR-${status}`, message },
    timestamp: timestamp(atMs),
  }
  return { name: 'source-error', data: JSON.stringify(body) }
}

export function keepaliveEvent({ id }: Entity, atMs: number): EventText {
  return {
    name: 'keepalive',
    data: JSON.stringify({ type: 'keepalive', componentId: id, timestamp: timestamp(atMs) }),
  }
}

/** What both streams say of themselves. */
export const GAPS = {
  lost: (count: number): EventText => ({ name: 'overflow', data: JSON.stringify({ lost: count }) }),
  unknown: (): EventText => ({ name: 'reset', data: JSON.stringify({ lastEventId: 'unknown' }) }),
} as const
