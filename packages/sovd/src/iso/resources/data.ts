import { type Static, Type } from 'typebox'
import { AnyJson, Id, listOf, OwnSchema, Texts } from './common.ts'
import { DataError } from './error.ts'

/** One of the four categories of the standard, or a maker's own [17978-3 5.4.5, 7.9]. */
export const DataCategory = Type.String({ pattern: '^(identData|currentData|storedData|sysInfo|x-.+)$' })

export const DataCategories = listOf(
  'DataCategories',
  Type.Object({ item: DataCategory, category_translation_id: Type.Optional(Type.String()) }),
)

export const DataGroup = Type.Object(
  {
    id: Id,
    category: DataCategory,
    category_translation_id: Type.Optional(Type.String()),
    group: Type.Optional(Type.String()),
    group_translation_id: Type.Optional(Type.String()),
    tags: Type.Optional(Texts),
  },
  { title: 'DataGroup' },
)

export const DataGroups = listOf('DataGroups', DataGroup)

export const DataItem = Type.Object(
  {
    id: Id,
    name: Type.String(),
    translation_id: Type.Optional(Type.String()),
    category: DataCategory,
    groups: Type.Optional(Texts),
    tags: Type.Optional(Texts),
  },
  { title: 'DataItem' },
)

export const DataList = listOf('DataList', DataItem)

export const DataValue = Type.Object(
  { id: Id, data: AnyJson, errors: Type.Optional(Type.Array(DataError)), ...OwnSchema },
  { title: 'DataValue' },
)

export const DataWrite = Type.Object(
  {
    data: AnyJson,
    signature: Type.Optional(Type.String({ description: 'accepted, and not needed' })),
  },
  { title: 'DataWrite' },
)

export type DataItem = Static<typeof DataItem>
export type DataGroup = Static<typeof DataGroup>
export type DataValue = Static<typeof DataValue>
