import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'

/** The dialect of the schemas in a description [17978-3 6.2]. */
export const SOVD_DIALECT = 'https://asam.net/standards/diagnostics/sovd/v1.1/dialect'

/** What an item of a list says of itself, and the extension of its path that says the same [17978-3 6.2.2]. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  translation_id: 'x-sovd-translation-id',
  fault_translation_id: 'x-sovd-translation-id',
  tags: 'x-sovd-tags',
  groups: 'x-sovd-data-groups',
  display_code: 'x-sovd-fault-display-code',
  scope: 'x-sovd-fault-scope',
  severity: 'x-sovd-fault-severity',
  proximity_proof_required: 'x-sovd-proximity-proof-required',
}

/** The media type of bytes of which nothing is known. */
export const BYTES = 'application/octet-stream'

/** The category is an attribute of other lists too; what has a category and a name is data. */
const DATA_CATEGORY = 'x-sovd-data-category'

/** What is known of one thing by the list it is in. */
export interface ListedItem {
  readonly id: string
  readonly name: string
  readonly extensions: JsonObject
  /** The one media type of what it contains, where that is known. */
  readonly mediaType?: string
}

/** Reads items of any list of the contract: texts are identifiers, objects have an `id` or a `code`. */
export function listedItems(items: Json | undefined): readonly ListedItem[] {
  return Array.isArray(items) ? items.flatMap(listedItem) : []
}

function listedItem(item: Json): ListedItem[] {
  if (typeof item === 'string') return [{ id: item, name: item, extensions: {} }]
  if (!isJsonObject(item)) return []
  const id = item.id ?? item.code
  if (typeof id !== 'string' || id === '') return []
  const name = item.name ?? item.fault_name ?? item.update_name
  const mediaType = mediaTypeOf(item)
  return [
    {
      id,
      name: typeof name === 'string' && name !== '' ? name : id,
      extensions: extensionsOf(item),
      ...(mediaType === undefined ? {} : { mediaType }),
    },
  ]
}

/** A configuration is one JSON value, or bytes [17978-3 7.12]. */
function mediaTypeOf({ type, content_type: contentType }: JsonObject): string | undefined {
  if (type === 'parameter') return 'application/json'
  if (type !== 'bulk') return undefined
  return typeof contentType === 'string' ? contentType : BYTES
}

function extensionsOf(item: JsonObject): JsonObject {
  const known = Object.entries(EXTENSIONS).flatMap(([attribute, extension]) => {
    const value = item[attribute]
    return value === undefined ? [] : [[extension, value] as const]
  })
  const isData = typeof item.category === 'string' && item.name !== undefined
  return { ...Object.fromEntries(known), ...(isData ? { [DATA_CATEGORY]: item.category } : {}) }
}
