import type { Entity, EntityKind } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { RequestContext } from '../contract.ts'
import { COLLECTIONS } from './entities.ts'

/** Makes absolute URIs of paths below the contract's base, as the client addressed the server. */
export type UriOf = (context: RequestContext, ...segments: string[]) => string

export function urisBelow(base: string): UriOf {
  return ({ origin }, ...segments) => [origin + base, ...segments.map(encodeURIComponent)].join('/')
}

/** The collection that entities of a kind are in. */
export function collectionOf(kind: EntityKind): string {
  const found = Object.entries(COLLECTIONS).find(([, each]) => each === kind)
  if (found) return found[0]
  throw new SovdError('not-found', `there is no collection of ${kind}s`)
}

export function pathOf({ kind, id }: Pick<Entity, 'kind' | 'id'>): [collection: string, id: string] {
  return [collectionOf(kind), id]
}
