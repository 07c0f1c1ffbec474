import { SovdError } from '@opensovd/sovd'
import { segment as anySegment } from '../sovd/path.ts'

/** The adapter decodes a whole path before it reads it: with these an identifier would become another path. */
const STRUCTURE = /[/?#%\\]/

/**
 * An identifier as a path segment for the adapter, which does not tell capitals from small letters.
 * @throws SovdError `invalid-request` for what would be another path
 */
export function segment(id: string): string {
  if (!STRUCTURE.test(id)) return anySegment(id)
  throw new SovdError('invalid-request', `${JSON.stringify(id)} is not an identifier`, { target: 'path' })
}

export function componentPath(id: string): string {
  return `/components/${segment(id)}`
}

export function functionPath(id: string): string {
  return `/functions/functionalgroups/${segment(id)}`
}

export const ADAPTER_PATH = '/apps/sovd2uds'
