import { isJsonObject, type JsonObject } from '@opensovd/base'
import type { Check } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import type { Shape } from '../shapes.ts'
import type { TargetEntity } from '../target.ts'

/** Items of a list that are looked at one by one. */
const MAX_ITEMS = 3

export interface ListingOptions {
  readonly includeSchema?: true
  /** The list can be narrowed to tags [17978-3 7.7]. */
  readonly tags?: true
  /** Collections of the entities that have it. */
  readonly of?: readonly string[]
  also?(probe: Probe, path: string, items: readonly JsonObject[]): Promise<void>
}

/** Reads a collection of an entity, narrows it, and asks for that of an entity that is not there. */
export function listing(name: string, body: Shape, options: ListingOptions = {}): Check['run'] {
  return async (probe) => {
    const entity = await probe.entityWith(name, options.of)
    const path = `${entity.path}/${name}`
    const json = await probe.read(path, body, { includeSchema: options.includeSchema ?? false })
    if (options.tags) await expectNone(probe, `${path}?tags=${NOBODY}`)
    await options.also?.(probe, path, itemsOf(json))
    await probe.refuse('GET', `/${entity.collection}/${NOBODY}/${name}`, [404])
  }
}

/** Reads some items of a collection, and one that is not there. */
export function items(name: string, body: Shape, options: ListingOptions = {}): Check['run'] {
  return async (probe) => {
    const entity = await probe.entityWith(name, options.of)
    const path = `${entity.path}/${name}`
    for (const id of (await probe.idsAt(path)).slice(0, MAX_ITEMS)) {
      await probe.read(at(path, id), body, { includeSchema: options.includeSchema ?? false })
    }
    await probe.refuse('GET', at(path, NOBODY), [404])
  }
}

export async function expectNone(probe: Probe, path: string): Promise<void> {
  const { status, json } = await probe.ask('GET', path)
  const isEmpty = isJsonObject(json) && Array.isArray(json.items) && json.items.length === 0
  probe.check(status === 200 && isEmpty, `GET ${path}: expected 200 and no items, got ${status} and others`)
}

export function itemsOf(json: unknown): readonly JsonObject[] {
  return isJsonObject(json) && Array.isArray(json.items) ? json.items.filter(isJsonObject) : []
}

export function at(path: string, id: string): string {
  return `${path}/${encodeURIComponent(id)}`
}

/** The address of a resource as other resources name it. */
export function uriOf(probe: Probe, { path }: TargetEntity, ...rest: readonly string[]): string {
  return new URL([probe.target.client.base + path, ...rest].join('/')).pathname
}
