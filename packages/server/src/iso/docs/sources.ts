import type { JsonObject } from '@opensovd/base'
import type { DataItem, Diagnostics, ModeGroup } from '@opensovd/core'
import { dataSchema, listedItems } from '@opensovd/sovd'
import type { RequestContext } from '../../contract.ts'
import { type EntityPath, entityAt, facetAt } from '../entities.ts'
import { dataItemView } from '../views/data.ts'
import type { Element, ItemFacts, ItemSource } from './survey.ts'

/** What an entity says that it has. */
export type EntityLinks = (path: EntityPath, context: RequestContext) => Promise<object>

/** What sources know of data and modes beyond what the lists of the contract have room for. */
export function itemSources({ tree }: Diagnostics, entityLinks: EntityLinks): Readonly<Record<string, ItemSource>> {
  return {
    data: async (collection, context) => {
      const path = entityPathOf(collection)
      const data = facetAt(tree, path, 'data')
      const items = await data.list(context)
      const extensions = await subscriptionsAt(path, context)
      return items.flatMap((item) =>
        factsOf([dataItemView(item)], { ...dataFacts(item, data.write !== undefined), extensions }),
      )
    },

    modes: async (collection, context) => {
      const path = entityPathOf(collection)
      const groups = await facetAt(tree, path, 'modes').list(context)
      return groups.flatMap((group) => factsOf([{ id: group.id, name: group.name ?? group.id }], modeFacts(group)))
    },
  }

  async function subscriptionsAt(path: EntityPath, context: RequestContext) {
    const links = await entityLinks(path, context)
    return 'cyclic-subscriptions' in links ? { 'x-sovd-cyclic-subscription-supported': true } : {}
  }

  function entityPathOf({ path: [entityCollection = '', entityId = ''] }: Element) {
    const { id } = entityAt(tree, { entityCollection, entityId })
    return { entityCollection, entityId: id }
  }
}

function factsOf(items: readonly object[], facts: ItemFacts) {
  return listedItems(items as readonly JsonObject[]).map((item) => ({ ...item, facts }))
}

/** What is not written has no `PUT`. */
function dataFacts(item: DataItem, canWrite: boolean): ItemFacts {
  const schema = dataSchema(item)
  return {
    ...(canWrite && item.access !== 'readOnly' ? {} : { without: ['PUT'] }),
    members: { read: { data: schema }, written: { data: schema } },
  }
}

function modeFacts({ values }: ModeGroup): ItemFacts {
  if (values.length === 0) return {}
  const value = { type: 'string', enum: values.map((each) => each.value) }
  return { members: { written: { value } } }
}
