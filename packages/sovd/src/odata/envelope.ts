import { SOVD_ERRORS } from '../error.ts'
import type { PartialFailure } from '../route.ts'
import type { ODataPage } from './page.ts'
import type { ODataQuery, QueryParameters } from './query.ts'

export interface CollectionEnvelope {
  readonly '@odata.context': string
  readonly value: readonly unknown[]
  readonly '@odata.count'?: number
  readonly '@odata.nextLink'?: string
  readonly '@sovd.partial'?: readonly { readonly backend: string; readonly code: string; readonly message: string }[]
}

export interface EnvelopeOptions {
  /** What the items are, as `$metadata` calls the collection. */
  readonly context: string
  readonly query: ODataQuery
  readonly page: ODataPage
  /** Backends that could not contribute. */
  readonly partial?: readonly PartialFailure[]
  /** The request being answered, for the link to the next page. */
  readonly request: { readonly path: string; readonly parameters: QueryParameters }
}

/** The body of an answer with a list. The link to the next page is the request's path and parameters with another `$skip`. */
export function collectionEnvelope(options: EnvelopeOptions): CollectionEnvelope {
  const { context, query, page, partial, request } = options
  return {
    '@odata.context': `$metadata#${context}`,
    value: page.items,
    ...(query.count ? { '@odata.count': page.count } : {}),
    ...(page.nextSkip === undefined ? {} : { '@odata.nextLink': nextLink(request, page.nextSkip) }),
    ...partialMember(partial),
  }
}

/** What bodies of the native contract tell of backends that could not contribute; nothing where all could. */
export function partialMember(partial: readonly PartialFailure[] = []): Pick<CollectionEnvelope, '@sovd.partial'> {
  return partial.length === 0 ? {} : { '@sovd.partial': partial.map(partialFailure) }
}

function partialFailure({ backend, code, message }: PartialFailure) {
  return { backend, code: `SOVD-ERR-${SOVD_ERRORS[code]}`, message }
}

function nextLink({ path, parameters }: EnvelopeOptions['request'], skip: number): string {
  const kept = [...parameters].filter(([name]) => name.toLowerCase() !== '$skip')
  return `${path}?${[...kept, ['$skip', String(skip)] as const].map(encodeParameter).join('&')}`
}

/** With `$` left as it is, which a query may contain [RFC 3986 3.4]. */
function encodeParameter([name, value]: readonly [string, string]): string {
  return `${encode(name)}=${encode(value)}`
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%24', '$')
}
