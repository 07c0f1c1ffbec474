import type { BulkDataFacet, BulkDataItem, CallContext } from '@opensovd/core'
import { ByteContent } from '@opensovd/sovd'

export function bulkDataView({ id, mimeType, name, size, createdAt, modifiedAt, hash, tags }: BulkDataItem) {
  return {
    id,
    mimetype: mimeType,
    ...(name === undefined ? {} : { name }),
    ...(size === undefined ? {} : { size }),
    ...(createdAt === undefined ? {} : { creation_date: createdAt }),
    ...(modifiedAt === undefined ? {} : { last_modified: modifiedAt }),
    ...(hash === undefined ? {} : { hash: hash.value, hash_algorithm: hash.algorithm }),
    ...(tags === undefined ? {} : { tags: [...tags] }),
  }
}

/** The bytes of a file of a category. */
export function fileContent(
  files: BulkDataFacet,
  category: string,
  item: BulkDataItem,
  context: CallContext,
): ByteContent {
  const { id, mimeType, name, size, modifiedAt, hash } = item
  const sha256 = sha256Of(hash)
  return new ByteContent({
    contentType: mimeType,
    fileName: name ?? id,
    ...(size === undefined ? {} : { size }),
    ...(hash === undefined ? {} : { tag: hash.value }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    open: (range) => files.content(category, id, range, context),
  })
}

function sha256Of(hash: BulkDataItem['hash']): string | undefined {
  const isHex = hash !== undefined && /^sha-?256$/i.test(hash.algorithm) && /^[0-9a-f]{64}$/i.test(hash.value)
  return isHex ? Buffer.from(hash.value, 'hex').toString('base64') : undefined
}
