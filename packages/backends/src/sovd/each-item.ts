import type { Json } from '@opensovd/base'
import { type CallContext, type DataFacet, type DataOutcome, readMany, writeMany } from '@opensovd/core'
import { MAX_TOGETHER, mapLimited } from './map-limited.ts'

export interface Value {
  readonly id: string
  readonly value: Json
}

export type SingleData = Required<Pick<DataFacet, 'list' | 'read' | 'write'>>

/** Reads each item on its own, some at the same time. */
export async function readEach(
  data: SingleData,
  ids: readonly string[],
  context: CallContext,
): Promise<readonly DataOutcome[]> {
  const outcomes = await mapLimited(ids, MAX_TOGETHER, (id) => readMany(data, [id], context))
  return outcomes.flat()
}

/** Writes each item on its own, in the order given. */
export function writeEach(
  data: SingleData,
  values: readonly Value[],
  context: CallContext,
): Promise<readonly DataOutcome[]> {
  return writeMany(data, values, context)
}
