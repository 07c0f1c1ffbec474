import { replacing } from '@opensovd/core'
import { type Call, type Route, SovdError, Upload } from '@opensovd/sovd'
import type { AnyHandler, Contract, HeadersOf, Query, RequestContext } from '../contract.ts'
import { featureOf } from '../feature-of.ts'
import { entityTag, matchesStrongly, quotedTag } from './etag.ts'
import { type Answer, answerOf } from './respond.ts'
import { checkerOf } from './validate.ts'

export interface Incoming {
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: unknown
  readonly ifMatch: string | undefined
  readonly context: RequestContext
}

/** A row made ready to serve: what can be done once is done. */
export interface BoundRoute {
  readonly contract: Contract
  readonly row: Route
  readonly headersOf: HeadersOf
  /** The path template with the contract's base, which metrics and documents show. */
  readonly template: string
  serve(incoming: Incoming): Promise<Answer>
}

const NO_HEADERS = {}

/**
 * Binds a row to its handler. A request passes: identifiers, features, query, body, locks, precondition, handler, answer.
 * @param reader the row that reads what this one writes, for `If-Match`
 */
export function bindRoute(contract: Contract, name: string, row: Route, path: string, reader?: BoundRoute): BoundRoute {
  const handler = handlerOf(contract, name)
  const checkQuery = row.query && checkerOf(row.query, 'query', 'invalid-request')
  const checkBody = row.body && checkerOf(row.body, 'body', 'unprocessable-content')
  const { reply, mutates } = row
  const feature = featureOf(row)
  const conditional = row.method === 'PUT' || row.method === 'PATCH'

  async function serve({ params, query, body, ifMatch, context }: Incoming): Promise<Answer> {
    for (const id of Object.values(params)) requireValidId(contract, id)
    if (feature) contract.features?.require(feature)
    checkQuery?.(query)
    const content = checkBody && body === undefined ? (row.bodyOptional ? {} : missingBody()) : body
    if (!(content instanceof Upload)) checkBody?.(content)
    if (mutates) contract.requireUnlocked(mutates, params, context.caller)
    if (conditional && ifMatch !== undefined) await requireMatch(ifMatch, reader, params, context)
    const collectionBody =
      (reply.kind === 'collection' ? contract.collection?.(row, reply.context, context.url) : undefined) ?? noCollection
    const call: unknown = { params, query, body: content }
    try {
      return answerOf(reply, await handler(call as Call, context), collectionBody)
    } finally {
      if (mutates) contract.changed(mutates, params)
    }
  }

  const headersOf = contract.headersOf?.(row) ?? (() => NO_HEADERS)
  return { contract, row, headersOf, template: row.mount === 'root' ? path : contract.base + path, serve }
}

function noCollection(): never {
  throw new TypeError('not a collection')
}

function handlerOf(contract: Contract, name: string): AnyHandler {
  const handler = contract.handlers[name]
  if (!handler) throw new TypeError(`no handler for ${name}`)
  return handler
}

function requireValidId(contract: Contract, id: string): void {
  if (contract.isValidId(id)) return
  const shown = id.length > 40 ? `${id.slice(0, 40)}…` : id
  throw new SovdError(
    'invalid-request',
    `${JSON.stringify(shown)} is not an identifier: 1 to 128 letters, digits, '_', '.' and '-' are`,
    { target: 'path' },
  )
}

function missingBody(): never {
  throw new SovdError('invalid-request', 'a JSON body is required', { target: 'body' })
}

/** Nothing matches an empty one, but for `*`. */
function tagOf({ body, bytes }: Answer): string {
  if (body !== undefined) return entityTag(body)
  return bytes?.options.tag === undefined ? '' : quotedTag(bytes.options.tag)
}

/** [RFC 9110 13.1.1] A resource that cannot be read has no tag that could match. */
async function requireMatch(
  header: string,
  reader: BoundRoute | undefined,
  params: Incoming['params'],
  context: RequestContext,
): Promise<void> {
  if (reader && context.caller.permits?.(reader.row.permission) === false) {
    throw new SovdError('forbidden', `If-Match needs the permission ${reader.row.permission}`, { target: 'If-Match' })
  }
  const reading = replacing(context, { accept: '*/*' })
  const current = await reader?.serve({ params, query: {}, body: undefined, ifMatch: undefined, context: reading })
  if (current && matchesStrongly(header, tagOf(current))) return
  throw new SovdError('precondition-failed', 'the resource is not the one If-Match names', { target: 'If-Match' })
}
