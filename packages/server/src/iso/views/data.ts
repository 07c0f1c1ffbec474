import { isJsonObject, type Json, pick } from '@opensovd/base'
import type { DataItem, DataType, DataValue } from '@opensovd/core'

/** What items are whose source tells no category: values that change. */
const DEFAULT_CATEGORY = 'currentData'

export function categoryOf({ category }: DataItem) {
  return category ?? DEFAULT_CATEGORY
}

export function tagsOf({ tags, classificationTags }: DataItem): readonly string[] | undefined {
  return tags ?? classificationTags
}

export function dataItemView(item: DataItem) {
  const tags = tagsOf(item)
  return {
    ...pick(item, ['id', 'name']),
    category: categoryOf(item),
    ...pick(item, ['groups']),
    ...(tags === undefined ? {} : { tags }),
  }
}

export function dataValueView({ id, value, attributes }: DataValue) {
  const errors = errorsOf(attributes?.errors)
  return { id, data: value, ...(errors.length === 0 ? {} : { errors }) }
}

/** What a source of the standard says of parts of a value that it could not read. */
function errorsOf(errors: Json | undefined) {
  return Array.isArray(errors) ? errors.flatMap(dataErrorOf) : []
}

function dataErrorOf(error: Json): { path: string }[] {
  return isJsonObject(error) && typeof error.path === 'string' ? [{ ...error, path: error.path }] : []
}

/** Values of which types JSON schema can tell more than nothing. */
const JSON_TYPES = {
  string: 'string',
  integer: 'integer',
  float: 'number',
  boolean: 'boolean',
} as const satisfies Partial<Record<DataType, string>>

/** The schema of a value, which says of its type only what is true of it now. */
export function valueSchema(item: DataItem, value: Json): object {
  const type = item.dataType in JSON_TYPES ? JSON_TYPES[item.dataType as keyof typeof JSON_TYPES] : undefined
  return {
    title: item.name,
    ...pick(item, ['description']),
    ...(type !== undefined && isOfType(value, type) ? { type } : {}),
  }
}

function isOfType(value: Json, type: (typeof JSON_TYPES)[keyof typeof JSON_TYPES]): boolean {
  const isNumber = typeof value === 'number' || JSON.isRawJSON(value)
  if (type === 'number') return isNumber
  return type === 'integer' ? isNumber && /^-?\d+$/.test(JSON.stringify(value)) : typeof value === type
}
