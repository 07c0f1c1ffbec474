import { Type } from 'typebox'
import { Id, listOf, OwnSchema, Texts } from './common.ts'
import { DataItem, DataValue } from './data.ts'

/** Data that a client wants to read together [17978-3 7.9]. */
const DataListEntry = Type.Object(
  { id: Id, items: Type.Array(DataItem), tags: Type.Optional(Texts) },
  { title: 'DataListEntry' },
)

export const DataListList = listOf('DataListList', DataListEntry)

export const DataListRequest = Type.Object({ ids: Texts }, { title: 'DataListRequest' })

export const DataListCreated = Type.Object({ id: Id }, { title: 'DataListCreated' })

/** The values of the items; what one could not be read for is with it. */
export const DataListValues = Type.Object(
  { id: Id, items: Type.Array(Type.Omit(DataValue, ['schema'])), ...OwnSchema },
  { title: 'DataListValues' },
)
