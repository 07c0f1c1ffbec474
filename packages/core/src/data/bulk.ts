import { type Json, messageOf } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { mapInOrder } from '../exports/map-in-order.ts'
import type { DataFacet, DataOutcome } from '../facets/data.ts'
import type { CallContext } from '../ports/call-context.ts'

/** Single reads at a time: others want something of the source, too. */
const MAX_READS = 8

/** Reads several items, each on its own where the source has no bulk read. Outcomes are in the order of `ids`. */
export async function readMany(
  data: DataFacet,
  ids: readonly string[],
  context: CallContext,
): Promise<readonly DataOutcome[]> {
  if (data.readMany) return data.readMany(ids, context)
  const reads = mapInOrder(ids, MAX_READS, (id) =>
    outcomeOf(
      id,
      async () => {
        const { value } = await data.read(id, context)
        return { id, value }
      },
      context,
    ),
  )
  const outcomes: DataOutcome[] = []
  for await (const outcome of reads) outcomes.push(outcome)
  return outcomes
}

/** Writes several items one after the other, in the order given, unless the source can take them at once. */
export async function writeMany(
  data: DataFacet & Required<Pick<DataFacet, 'write'>>,
  values: readonly { readonly id: string; readonly value: Json }[],
  context: CallContext,
): Promise<readonly DataOutcome[]> {
  if (data.writeMany) return data.writeMany(values, context)
  const outcomes: DataOutcome[] = []
  for (const { id, value } of values) {
    outcomes.push(
      await outcomeOf(
        id,
        async () => {
          await data.write(id, value, context)
          return { id }
        },
        context,
      ),
    )
  }
  return outcomes
}

async function outcomeOf(id: string, task: () => Promise<DataOutcome>, context: CallContext): Promise<DataOutcome> {
  try {
    return await task()
  } catch (error) {
    if (!(error instanceof SovdError) || context.signal.aborted) throw error
    return { id, error: messageOf(error) }
  }
}
