import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'

/** Something wrong with a document, and where in it. */
export interface CatalogProblem {
  /** Names from the root on, with dots. */
  readonly path: string
  readonly message: string
}

/** Reads members of a JSON document; what is not as it has to be is noted, so that all of it can be told at once. */
export class Reading {
  readonly problems: CatalogProblem[] = []

  problem(path: string, message: string): void {
    this.problems.push({ path, message })
  }

  object(path: string, value: Json | undefined): JsonObject {
    if (isJsonObject(value)) return value
    if (value !== undefined) this.problem(path, `expected an object, got ${shown(value)}`)
    return {}
  }

  text(path: string, value: Json | undefined): string | undefined {
    if (typeof value === 'string' && value !== '') return value
    if (value !== undefined) this.problem(path, `expected a text, got ${shown(value)}`)
    return undefined
  }

  texts(path: string, value: Json | undefined): readonly string[] | undefined {
    if (value === undefined) return undefined
    const list: readonly Json[] | undefined = Array.isArray(value) ? value : undefined
    const texts = list?.flatMap((each) => (typeof each === 'string' && each !== '' ? [each] : []))
    if (texts && texts.length === list?.length) return texts
    this.problem(path, `expected a list of texts, got ${shown(value)}`)
    return undefined
  }

  number(path: string, value: Json | undefined): number | undefined {
    const number = numberOf(value)
    if (number === undefined && value !== undefined) this.problem(path, `expected a number, got ${shown(value)}`)
    return number
  }

  /** Complains of members that are none of `names`. */
  only(path: string, object: JsonObject, names: readonly string[]): void {
    for (const name of Object.keys(object)) {
      if (!names.includes(name)) this.problem(joined(path, name), `unknown; there are ${names.join(', ')}`)
    }
  }
}

/** A number as a double, also one that a double cannot hold exactly. */
export function numberOf(value: Json | undefined): number | undefined {
  const number = JSON.isRawJSON(value) ? Number(JSON.stringify(value)) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

export function shown(value: Json): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
