import type { Json } from '@opensovd/base'
import {
  type CallContext,
  type DataFacet,
  type DataOutcome,
  type Fault,
  type FaultFacet,
  readMany,
  writeMany,
} from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { mapLimited } from './map-limited.ts'

/** Requests made at the same time for one request that takes several. */
export const MAX_TOGETHER = 8

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

/** The answer of the first that the server has; `remember` keeps a request that it lacks from being sent again. */
export async function orElse<T>(first: () => Promise<T>, second: () => Promise<T>, remember: () => void): Promise<T> {
  try {
    return await first()
  } catch (error) {
    if (!isMissing(error)) throw error
    remember()
    return second()
  }
}

/** Whether a server said that it has no such thing, or cannot do it. */
export function isMissing(error: unknown): boolean {
  return error instanceof SovdError && (error.code === 'not-found' || error.code === 'not-implemented')
}

/** One fault, also from a server that only lists them. */
export async function findFault(
  read: () => Promise<Fault>,
  list: FaultFacet['list'],
  id: string,
  context: CallContext,
): Promise<Fault> {
  try {
    return await read()
  } catch (error) {
    if (!isMissing(error)) throw error
    const fault = (await list(context)).find((each) => each.id === id)
    if (fault) return fault
    throw error instanceof SovdError && error.code === 'not-found'
      ? error
      : new SovdError('not-found', `no fault '${id}'`, { target: id, cause: error })
  }
}
