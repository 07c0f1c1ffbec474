import { type Json, type JsonObject, pick } from '@opensovd/base'
import type { DataFacet, DataItem, DataValue } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

/** One data item and where its value lives. */
export interface DataPoint {
  /** `currentData` if it has no category. */
  readonly item: Omit<DataItem, 'access'>
  readonly read: () => Json
  /** Throws SovdError `invalid-request`. Without it the item is read-only. */
  readonly write?: (value: Json, id: string) => void
}

/** Data of an ECU, item by item. */
export function dataFacet(points: readonly DataPoint[]): DataFacet {
  const byId = new Map(points.map((point) => [point.item.id, point]))
  const get = (id: string): DataPoint => {
    const point = byId.get(id)
    if (!point) throw new SovdError('not-found', `Data '${id}' not found`, { target: id })
    return point
  }
  return {
    list: async () => points.map(itemOf),
    read: async (id) => readingOf(get(id)),
    async write(id, value) {
      const { write } = get(id)
      if (!write) throw new SovdError('forbidden', 'Data item is read-only', { target: id })
      write(value, id)
    },
  }
}

/** All values by id. */
export function readAll(points: readonly DataPoint[]): JsonObject {
  return Object.fromEntries(points.map(({ item, read }) => [item.id, read()]))
}

/** To one decimal, as an ECU with that resolution shows it. */
export function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10
}

function itemOf({ item, write }: DataPoint): DataItem {
  return { category: 'currentData', ...item, access: write ? 'readWrite' : 'readOnly' }
}

function readingOf(point: DataPoint): DataValue {
  return { id: point.item.id, value: point.read(), attributes: pick(itemOf(point), ['name', 'unit', 'access']) }
}
