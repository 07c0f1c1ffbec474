import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { EntityKind } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { ApiClient } from './api-client.ts'
import type { Complaints } from './complaints.ts'
import type { Collection, Dialect } from './dialect.ts'
import { isMissing } from './fallback.ts'
import type { FoundComponent, FoundEntity } from './found.ts'
import { isoDialect } from './iso/dialect.ts'
import { nativeDialect } from './native/dialect.ts'
import { servable } from './servable.ts'
import { itemsOf, ShapeError } from './shape.ts'

export const COMPONENTS = '/components'

const DIALECTS: Readonly<Record<Dialect['name'], Dialect>> = { native: nativeDialect, iso: isoDialect }

/** The dialect that is configured; undefined when it is to be told from the server. */
export function configuredDialect(name: Dialect['name'] | 'auto'): Dialect | undefined {
  return name === 'auto' ? undefined : DIALECTS[name]
}

/**
 * The dialect of a server, by its list of components.
 * @throws ShapeError
 */
export function dialectOf(list: Json | undefined): Dialect {
  const found = Object.values(DIALECTS).find(({ listMember }) => isJsonObject(list) && Array.isArray(list[listMember]))
  if (!found) throw new ShapeError('it has neither a value nor an items array')
  return found
}

export interface Found {
  readonly dialect: Dialect
  readonly components: readonly FoundComponent[]
  /** Entities of other kinds; those of a kind are absent when the server would not tell this time. */
  readonly others: ReadonlyMap<EntityKind, readonly FoundEntity[]>
}

/**
 * Asks a server what it has. Entries that cannot be served are left out and complained of.
 * @param expected the dialect, if it is not to be told from the answer
 * @throws SovdError when there is no usable list of components, and no other list of a server that lacks that one
 */
export async function discover(
  api: ApiClient,
  expected: Dialect | undefined,
  complaints: Complaints,
  signal: AbortSignal,
): Promise<Found> {
  const { dialect, components } = await listComponents(api, expected, complaints, signal)
  const others = await Promise.all(
    Object.entries(dialect.collections).map(async ([name, collection]) => {
      const kind = name as EntityKind
      const entities = await listOthers(api, dialect, collection, signal)
      return entities ? [[kind, servable(entities, kind, complaints)] as const] : []
    }),
  )
  return { dialect, components, others: new Map(others.flat()) }
}

async function listComponents(
  api: ApiClient,
  expected: Dialect | undefined,
  complaints: Complaints,
  signal: AbortSignal,
): Promise<Pick<Found, 'dialect' | 'components'>> {
  try {
    return await api.probe(COMPONENTS, signal, (json) => {
      const dialect = expected ?? dialectOf(json)
      const decoded = itemsOf(json, dialect.listMember).map((item) => decodeComponent(dialect, item, complaints))
      return { dialect, components: servable(decoded.filter(isDefined), 'component', complaints) }
    })
  } catch (error) {
    if (!isMissing(error)) throw error
    const dialect = await dialectByOthers(api, expected, signal)
    if (!dialect) throw error
    return { dialect, components: [] }
  }
}

/** The dialect of a server without components, by any other list that it has. */
async function dialectByOthers(
  api: ApiClient,
  expected: Dialect | undefined,
  signal: AbortSignal,
): Promise<Dialect | undefined> {
  const dialects = expected ? [expected] : Object.values(DIALECTS)
  const paths = new Set(dialects.flatMap(({ collections }) => Object.values(collections).map(({ path }) => path)))
  for (const path of paths) {
    try {
      return await api.probe(path, signal, (json) => expected ?? dialectOf(json))
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
  return undefined
}

/** Servers without such entities are fine; entries that are none are left out. */
async function listOthers(
  api: ApiClient,
  { listMember }: Dialect,
  { path, decode }: Collection,
  signal: AbortSignal,
): Promise<readonly FoundEntity[] | undefined> {
  try {
    return await api.probe(path, signal, (json) => itemsOf(json, listMember).flatMap(decode))
  } catch (error) {
    if (isMissing(error)) return []
    if (error instanceof SovdError) return undefined
    throw error
  }
}

function decodeComponent(dialect: Dialect, item: JsonObject, complaints: Complaints): FoundComponent | undefined {
  try {
    return dialect.component(item)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    complaints.make('a component without a usable identity is left out', error.message, { reason: error.message })
    return undefined
  }
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined
}
