import type { Json } from '@opensovd/base'
import type { CallContext, DataFacet, DataItem, DataOutcome, DataValue } from '@opensovd/core'
import type { DataDescription } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { bytesOf, dataTypeOf, describeValue, rangeOf, unitOf } from '../described-value.ts'
import type { EcuLink } from '../ecu-link.ts'
import type { DidReader } from '../read-dids.ts'

/** The data identifiers of an ECU, without those that are configuration parameters. */
export function dataFacet(link: EcuLink, reader: DidReader): DataFacet {
  const items = () => link.ecu.data.filter(({ coding }) => !coding)
  const known = (id: string) => knownItem(items(), id, link.id)

  return {
    list: async ({ signal }) => {
      signal.throwIfAborted()
      return items().map(itemOf)
    },

    read: async (id, context) => dataValueOf(known(id), await reader.read(readable(known(id)), context)),

    readMany: async (ids, context) => {
      const all = new Map(items().map((item) => [item.id, item]))
      const wanted = ids.flatMap((id) => all.get(id) ?? []).filter(({ read }) => read !== false)
      const answers = await reader.readEach(wanted, context)
      const found = new Map(wanted.map((item, at) => [item.id, answers[at]]))
      return ids.map((id) => outcomeOf(id, all.get(id), found.get(id)))
    },

    write: async (id, value, context) => writeItem(link, known(id), value, context),
  }
}

/** @throws SovdError `not-found` */
export function knownItem(items: readonly DataDescription[], id: string, ecu: string): DataDescription {
  const item = items.find((each) => each.id === id)
  if (!item) throw new SovdError('not-found', `'${ecu}' has no '${id}'`, { target: id })
  return item
}

/** @throws SovdError `forbidden` */
export function readable(item: DataDescription): DataDescription {
  if (item.read === false) throw new SovdError('forbidden', `'${item.id}' can only be written`, { target: item.id })
  return item
}

/** Writes a DID. */
export async function writeItem(
  link: EcuLink,
  item: DataDescription,
  value: Json,
  context: CallContext,
): Promise<void> {
  if (!item.write) throw new SovdError('forbidden', `'${item.id}' is read-only`, { target: item.id })
  const needs = { access: item.write, guarded: 'writing' } as const
  const data = await link.run(async () => bytesOf(item, value), context)
  await link.request('writeDataByIdentifier', { did: item.did, data }, context, needs)
}

function itemOf(item: DataDescription): DataItem {
  const { id, name = id, description, category, did, encoding, read, write } = item
  const unit = unitOf(encoding)
  const normalRange = rangeOf(encoding)
  return {
    id,
    name,
    category,
    access: read === false ? 'writeOnly' : write ? 'readWrite' : 'readOnly',
    dataType: dataTypeOf(encoding),
    did: did.toString(16).toUpperCase().padStart(4, '0'),
    ...(description !== undefined && { description }),
    ...(unit !== undefined && { unit }),
    ...(normalRange && { normalRange }),
  }
}

function dataValueOf({ id, encoding }: DataDescription, bytes: Uint8Array): DataValue {
  return { id, ...describeValue(encoding, bytes) }
}

function outcomeOf(id: string, item: DataDescription | undefined, answer: Uint8Array | Error | undefined): DataOutcome {
  if (!item) return { id, error: `there is no '${id}'` }
  if (item.read === false) return { id, error: `'${id}' can only be written` }
  if (answer instanceof Uint8Array) {
    const { value, attributes } = describeValue(item.encoding, answer)
    return value === null ? { id, error: `its bytes have no meaning: 0x${attributes.raw}` } : { id, value }
  }
  return { id, error: answer?.message ?? 'not read' }
}
