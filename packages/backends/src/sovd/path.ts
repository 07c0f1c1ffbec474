import { SovdError } from '@opensovd/sovd'

/**
 * An identifier as a path segment.
 * @throws SovdError `invalid-request` for what would be another path: nothing, dots, half of a surrogate pair
 */
export function segment(id: string): string {
  if (id === '' || id === '.' || id === '..' || !id.isWellFormed()) {
    throw new SovdError('invalid-request', `${JSON.stringify(id)} is not an identifier`, { target: 'path' })
  }
  return encodeURIComponent(id)
}

/** Where an entity of a collection is, such as `/components`. */
export function entityPath(collection: string, id: string): string {
  return `${collection}/${segment(id)}`
}

/**
 * The id that a URI ends with.
 * @param collection what the id must be one of
 */
export function idIn(uri: string, collection?: string): string | undefined {
  const [path = ''] = uri.split(/[?#]/, 1)
  const segments = path.split('/').filter((part) => part !== '')
  const last = segments.at(-1)
  if (last === undefined || (collection !== undefined && segments.at(-2) !== collection)) return undefined
  try {
    return decodeURIComponent(last)
  } catch {
    return undefined
  }
}
