import type { JsonObject } from '@opensovd/base'
import type { BulkDataFacet, BulkDataItem, BulkDataUpload } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { JsonAnswer } from '../sovd/json-exchange.ts'
import { defined, listOf, numberOf, requiredText, ShapeError, textOf } from '../sovd/shape.ts'
import { ADAPTER_PATH, segment } from './path.ts'
import type { Source } from './source.ts'

/** The databases that will be used from the next update on: the only files that can be sent to an adapter. */
const NEXT_UPDATE = 'runtimefiles-nextupdate'

/** What an adapter takes of one file. */
const MAX_UPLOAD_BYTES = 50 * 1024 * 1024

/** Files of the adapter itself: flash files, and the databases it works with. */
export function adapterFiles({ api, lock }: Source): BulkDataFacet {
  const collection = `${ADAPTER_PATH}/bulk-data`
  const category = (name: string) => `${collection}/${segment(name)}`
  const list: BulkDataFacet['list'] = async (name, context) =>
    api.get(category(name), context, (json) => listOf(json, 'items', descriptor))
  return {
    categories: (context) =>
      api.get(collection, context, (json) =>
        listOf(json, 'items', (item) => textOf(item, 'id') ?? requiredText(item, 'name')),
      ),
    list,
    find: async (name, id, context) => findIn(await list(name, context), id),
    content: async function* () {
      throw new SovdError('not-implemented', 'the adapter does not give its files away')
      // biome-ignore lint/correctness/noUnreachable: what makes this an iterable of bytes
      yield new Uint8Array()
    },
    upload: async (name, upload, context) => {
      if (name !== NEXT_UPDATE) throw new SovdError('not-implemented', `the adapter takes no files for '${name}'`)
      const bytes = await collect(upload)
      const request = {
        method: 'POST',
        path: category(name),
        bytes,
        headers: ['content-disposition', `attachment; filename="${fileName(upload)}"`],
      } as const
      const id = await lock.use(context, () => api.change(request, context, uploaded))
      return defined<BulkDataItem>({ id, mimeType: upload.mimeType, name: upload.name, size: bytes.length })
    },
    delete: async (name, id, context) => {
      const request = { method: 'DELETE', path: `${category(name)}/${segment(id)}` } as const
      await lock.use(context, () => api.change(request, context, () => {}))
    },
  }
}

const EMBEDDED = 'mdd-embedded-files'

/** The files in the database of an ECU. They can only be read. */
export function embeddedFiles({ api, path }: Source): BulkDataFacet {
  const collection = `${path}/x-sovd2uds-bulk-data/${EMBEDDED}`
  const list: BulkDataFacet['list'] = async (category, context) => {
    if (category !== EMBEDDED) throw new SovdError('not-found', `no files '${category}'`, { target: category })
    return api.get(collection, context, (json) => listOf(json, 'items', descriptor))
  }
  return {
    categories: async () => [EMBEDDED],
    list,
    find: async (category, id, context) => findIn(await list(category, context), id),
    content: async function* (category, id, range, context) {
      if (category !== EMBEDDED) throw new SovdError('not-found', `no files '${category}'`, { target: category })
      const request = { method: 'GET', path: `${collection}/${segment(id)}`, expectsBytes: true } as const
      const bytes = await api.query(request, context, ({ bytes }) => bytes ?? Buffer.alloc(0))
      yield range ? bytes.subarray(range.start, range.end) : bytes
    },
  }
}

function descriptor(item: JsonObject): BulkDataItem {
  const value = textOf(item, 'hash')
  return defined<BulkDataItem>({
    id: requiredText(item, 'id'),
    mimeType: textOf(item, 'mimetype') ?? 'application/octet-stream',
    name: textOf(item, 'name') ?? textOf(item, 'x-sovd2uds-OrigPath'),
    size: numberOf(item, 'size'),
    hash: value === undefined ? undefined : { algorithm: textOf(item, 'hash_algorithm') ?? 'unknown', value },
  })
}

function findIn(items: readonly BulkDataItem[], id: string): BulkDataItem {
  const found = items.find((item) => item.id === id)
  if (found) return found
  throw new SovdError('not-found', `no file ${JSON.stringify(id.slice(0, 100))}`, { target: id })
}

/** @throws SovdError `content-too-large` */
async function collect({ content, size = 0 }: BulkDataUpload): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const tooLarge = () => new SovdError('content-too-large', `the adapter takes ${MAX_UPLOAD_BYTES} bytes at most`)
  if (size > MAX_UPLOAD_BYTES) throw tooLarge()
  for await (const chunk of content) {
    length += chunk.length
    if (length > MAX_UPLOAD_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

/** A name that cannot end its header. */
function fileName({ name = 'upload' }: BulkDataUpload): string {
  return name.replaceAll(/[^\w.-]/g, '_')
}

function uploaded({ json }: JsonAnswer): string {
  const [id] = listOf(json, 'items', (item) => requiredText(item, 'id'))
  if (id === undefined) throw new ShapeError('items is empty')
  return id
}
