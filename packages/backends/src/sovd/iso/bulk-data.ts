import type { Json, JsonObject } from '@opensovd/base'
import type { BulkDataFacet, BulkDataItem, CallContext } from '@opensovd/core'
import { type ByteRange, SovdError } from '@opensovd/sovd'
import type { TransferAnswer } from '../../http/transfer.ts'
import type { ApiClient } from '../api-client.ts'
import { segment } from '../path.ts'
import { defined, listOf, numberOf, objectOf, requiredText, ShapeError, textOf, textsOf } from '../shape.ts'
import { uploadHeaders } from '../upload-headers.ts'

/** Files of the entity at `path`, which are never held as a whole [17978-3 7.20]. */
export function isoBulkData(api: ApiClient, path: string): Required<BulkDataFacet> {
  const all = `${path}/bulk-data`
  const within = (category: string) => `${all}/${segment(category)}`
  const file = (category: string, id: string) => `${within(category)}/${segment(id)}`

  const list = async (category: string, context: CallContext) =>
    api.get(within(category), context, (json) => listOf(json, 'items', item))

  const find = async (category: string, id: string, context: CallContext) => {
    const found = (await list(category, context)).find((each) => each.id === id)
    if (!found) throw new SovdError('not-found', `there is no file '${id}' in '${category}'`, { target: id })
    return found
  }

  return {
    categories: (context) => api.get(all, context, textsIn),
    list,
    find,
    content: (category, id, range, context) => contentOf(api, file(category, id), range, context),
    async upload(category, upload, context) {
      const request = {
        method: 'POST',
        path: within(category),
        headers: uploadHeaders(upload),
        body: upload.content,
      } as const
      const id = await api.upload(request, context, (json) => requiredText(objectOf(json), 'id'))
      return find(category, id, context)
    },
    delete: async (category, id, context) =>
      api.change({ method: 'DELETE', path: file(category, id) }, context, () => {}),
  }
}

function textsIn(json: Json | undefined): readonly string[] {
  const texts = textsOf(objectOf(json), 'items')
  if (!texts) throw new ShapeError('items is not an array')
  return texts
}

function item(object: JsonObject): BulkDataItem {
  const { hash } = object
  const algorithm = textOf(object, 'hash_algorithm')
  return defined<BulkDataItem>({
    id: requiredText(object, 'id'),
    mimeType: textOf(object, 'mimetype') ?? 'application/octet-stream',
    name: textOf(object, 'name'),
    size: numberOf(object, 'size'),
    createdAt: textOf(object, 'creation_date'),
    modifiedAt: textOf(object, 'last_modified'),
    hash: typeof hash === 'string' && algorithm !== undefined ? { algorithm, value: hash } : undefined,
    tags: textsOf(object, 'tags'),
  })
}

async function* contentOf(
  api: ApiClient,
  path: string,
  range: ByteRange | undefined,
  context: CallContext,
): AsyncGenerator<Uint8Array> {
  const wanted = range ? ['range', `bytes=${range.start}-${range.end - 1}`] : []
  const answer = await api.transfer({ method: 'GET', path, headers: ['accept', '*/*', ...wanted] }, context)
  if (answer.status === 202) throw notYet(answer)
  if (range && answer.status === 206) requireRange(answer, range)
  yield* range && answer.status !== 206 ? partOf(answer.body, range) : answer.body
}

/** The file is being made. */
function notYet({ header }: TransferAnswer): SovdError {
  const seconds = Number(header('retry-after'))
  const retry = Number.isSafeInteger(seconds) && seconds >= 0 ? { retryAfterSeconds: seconds } : {}
  return new SovdError('unavailable', 'its source is still preparing the file', retry)
}

/** [RFC 9110 14.4] */
function requireRange({ header }: TransferAnswer, { start }: ByteRange): void {
  const said = header('content-range') ?? 'none'
  if (said.startsWith(`bytes ${start}-`)) return
  throw new SovdError('bad-gateway', `asked for bytes from ${start}, but the range of the answer is ${said}`)
}

/** What a server that knows no ranges has of one. */
async function* partOf(body: AsyncIterable<Uint8Array>, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const chunk of body) {
    const part = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at))
    at += chunk.length
    if (part.length > 0) yield part
    if (at >= end) return
  }
}
