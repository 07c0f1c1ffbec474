import { SovdError } from '@opensovd/sovd'
import type { RequestContext } from '../../contract.ts'
import type { EntityPath } from '../entities.ts'

/** Where a resource is, below the base of the contract. */
export interface ResourceAddress {
  /** Decoded, the entity's first. */
  readonly segments: readonly string[]
  readonly query: Readonly<Record<string, string | readonly string[]>>
  /** The path with its query, as it was written. */
  readonly path: string
}

/**
 * Reads what a client calls a resource of an entity: an absolute URI, a path, a path below the contract's base, or one
 * below the entity.
 * @throws SovdError `invalid-request` for what is none, or is of another entity
 */
export function resourceAddress(
  uri: string,
  base: string,
  { entityCollection, entityId }: EntityPath,
  { origin }: Pick<RequestContext, 'origin'>,
): ResourceAddress {
  const entity = `/${entityCollection}/${encodeURIComponent(entityId)}`
  const [written = '', search = ''] = splitAt(withoutOrigin(uri, origin), '?')
  if (written.includes('#')) throw invalid(`${JSON.stringify(uri)} has a fragment`)
  const path = below(written, base, entityCollection, entity)
  const segments = path.split('/').slice(1).map(decode)
  const [collection, id] = segments
  if (collection !== entityCollection || id !== entityId) {
    throw invalid(`${JSON.stringify(uri)} is no resource of ${entityCollection}/${entityId}`)
  }
  return { segments, query: queryOf(search), path: base + path + (search === '' ? '' : `?${search}`) }
}

function withoutOrigin(uri: string, origin: string): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(uri) && !uri.startsWith('//')) return uri
  if (uri.toLowerCase().startsWith(`${origin.toLowerCase()}/`)) return uri.slice(origin.length)
  throw invalid(`${JSON.stringify(uri)} is not of this server, which is ${origin}`)
}

function below(path: string, base: string, collection: string, entity: string): string {
  if (path.startsWith(`${base}/`)) return path.slice(base.length)
  if (path.startsWith(`/${collection}/`)) return path
  return path.startsWith('/') ? entity + path : `${entity}/${path}`
}

function splitAt(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw invalid(`${JSON.stringify(segment)} is not valid percent-encoding`)
  }
}

function queryOf(search: string): ResourceAddress['query'] {
  const parameters = new URLSearchParams(search)
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name)
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

function invalid(message: string): SovdError {
  return new SovdError('invalid-request', message, { target: 'body/resource' })
}
