import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'

/** An answer is JSON, but not what was promised. The message says where. */
export class ShapeError extends Error {}

export function objectOf(json: Json | undefined): JsonObject {
  if (!isJsonObject(json)) throw new ShapeError('it is not an object')
  return json
}

/** The objects of the list `member` of a body. */
export function itemsOf(json: Json | undefined, member: string): readonly JsonObject[] {
  const items = objectOf(json)[member]
  if (!Array.isArray(items)) throw new ShapeError(`${member} is not an array`)
  const stranger = items.findIndex((item) => !isJsonObject(item))
  if (stranger >= 0) throw new ShapeError(`${member}[${stranger}] is not an object`)
  return items
}

/** The list `member` of a body, each item decoded. */
export function listOf<T>(json: Json | undefined, member: string, decode: (item: JsonObject) => T): T[] {
  return itemsOf(json, member).map((item, index) => {
    try {
      return decode(item)
    } catch (error) {
      throw error instanceof ShapeError ? new ShapeError(`${member}[${index}].${error.message}`) : error
    }
  })
}

export function requiredText(object: JsonObject, member: string): string {
  const value = object[member]
  if (typeof value !== 'string' || value === '') throw new ShapeError(`${member} is not a text`)
  return value
}

/** A member that must be there, whatever it is. */
export function requiredJson(object: JsonObject, member: string): Json {
  const value = object[member]
  if (value === undefined) throw new ShapeError(`${member} is missing`)
  return value
}

/** An optional member; what is no text counts as absent. */
export function textOf(object: JsonObject, member: string): string | undefined {
  const value = object[member]
  return typeof value === 'string' ? value : undefined
}

export function numberOf(object: JsonObject, member: string): number | undefined {
  const value = object[member]
  return typeof value === 'number' ? value : undefined
}

export function textsOf(object: JsonObject, member: string): readonly string[] | undefined {
  const value = object[member]
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined
}

/** An optional member that is one of `values`. */
export function choiceOf<T extends string>(object: JsonObject, member: string, values: readonly T[]): T | undefined {
  return values.find((value) => value === object[member])
}

type Sparse<T> = { readonly [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] }

/** An object with those members that are not undefined. */
export function defined<T extends object>(members: Sparse<T>): T {
  const present: Partial<Sparse<T>> = {}
  for (const name in members) if (members[name] !== undefined) present[name] = members[name]
  // Only optional members can be undefined, and those may be absent.
  return present as T
}
