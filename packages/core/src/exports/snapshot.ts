import { SovdError } from '@opensovd/sovd'
import type { DataFacet, DataItem, DataValue } from '../facets/data.ts'
import type { CallContext } from '../ports/call-context.ts'
import { mapInOrder } from './map-in-order.ts'

/** Reads under way at a time: enough to hide the way to the source, few enough not to crowd out its other callers. */
const MAX_READS = 8

export interface DataReading {
  readonly item: DataItem
  /** Absent for an item that cannot be read, or could not this time. */
  readonly value?: DataValue
}

/**
 * The data of a component as they are now, in the order of the catalog. The catalog is read at once; each value only
 * shortly before it is taken, and none after the signal aborts.
 * @throws SovdError what reading the catalog ends in
 */
export async function readSnapshot(data: DataFacet, context: CallContext): Promise<AsyncIterable<DataReading>> {
  const items = await data.list(context)
  return mapInOrder(items, MAX_READS, (item) => read(data, item, context))
}

async function read(data: DataFacet, item: DataItem, context: CallContext): Promise<DataReading> {
  context.signal.throwIfAborted()
  if (item.access === 'writeOnly') return { item }
  try {
    return { item, value: await data.read(item.id, context) }
  } catch (error) {
    if (context.signal.aborted || !(error instanceof SovdError)) throw error
    return { item }
  }
}
