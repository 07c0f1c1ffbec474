import type { Json } from '@opensovd/base'
import { type DataItem, type Diagnostics, unsupported } from '@opensovd/core'
import { bodySchema, ISO_API, type IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { entityAt, facetAt } from '../entities.ts'
import { wantsSchema } from '../include-schema.ts'
import { hasTag, valuesOf } from '../tags.ts'
import { categoryOf, dataItemView, dataValueView, tagsOf, valueSchema } from '../views/data.ts'

type DataRoutes = Pick<IsoApi, 'listDataCategories' | 'listDataGroups' | 'listData' | 'readData' | 'writeData'>

type Wanted = string | readonly string[] | undefined

export function dataHandlers({ tree }: Diagnostics) {
  return handlersOf<DataRoutes>({
    listDataCategories: async ({ params }, context) => {
      const items = await facetAt(tree, params, 'data').list(context)
      return { items: [...new Set(items.map(categoryOf))].map((item) => ({ item })) }
    },

    listDataGroups: async ({ params, query }, context) => {
      const items = await facetAt(tree, params, 'data').list(context)
      const groups = groupsOf(items).filter(({ category }) => isAmong(query.category, [category]))
      return { items: groups.filter(() => hasTag(query.tags)) }
    },

    listData: async ({ params, query }, context) => {
      const items = await facetAt(tree, params, 'data').list(context)
      return { items: items.filter((item) => isSelected(item, query)).map(dataItemView) }
    },

    readData: async ({ params, query }, context) => {
      const data = facetAt(tree, params, 'data')
      const body = dataValueView(await data.read(params.dataId, context))
      if (!wantsSchema(query)) return body
      const item = (await data.list(context)).find(({ id }) => id === params.dataId)
      if (!item) return body
      return { ...body, schema: bodySchema(ISO_API.readData.reply.schema, { data: valueSchema(item, body.data) }) }
    },

    writeData: async ({ params, body }, context) => {
      const data = facetAt(tree, params, 'data')
      if (!data.write) throw unsupported(entityAt(tree, params), 'writing data')
      await data.write(params.dataId, body.data as Json, context)
    },
  })
}

interface Selection {
  readonly groups?: string | readonly string[]
  readonly category?: string | readonly string[]
  readonly categories?: string | readonly string[]
  readonly tags?: string | readonly string[]
}

/** Groups say more than categories and go before them; tags come on top [17978-3 7.9]. */
function isSelected(item: DataItem, { groups, category, categories, tags }: Selection): boolean {
  if (!hasTag(tags, tagsOf(item))) return false
  if (groups !== undefined) return isAmong(groups, item.groups ?? [])
  if (category === undefined && categories === undefined) return true
  return [category, categories].some((wanted) => wanted !== undefined && isAmong(wanted, [categoryOf(item)]))
}

function isAmong(wanted: Wanted, own: readonly string[]): boolean {
  return wanted === undefined || valuesOf(wanted).some((each) => own.includes(each))
}

/** Each group in each of the categories that its items are in. */
function groupsOf(items: readonly DataItem[]): { id: string; category: string }[] {
  const groups = items.flatMap((item) => (item.groups ?? []).map((id) => ({ id, category: categoryOf(item) })))
  return [...new Map(groups.map((group) => [`${group.id} ${group.category}`, group])).values()]
}
