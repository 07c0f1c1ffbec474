import { isJsonObject, type Json, type JsonObject, parseJson } from '@opensovd/base'
import { FAULTY_KINDS, type PastFault, REPORTED_SEVERITIES } from '@opensovd/core'

/** A record as a line, with its newline. */
export function lineOf(past: PastFault): string {
  return `${JSON.stringify(past)}\n`
}

/** The record of a line; `undefined` for a line that holds none, such as one that a crash left behind. */
export function recordOf(line: string): PastFault | undefined {
  let json: Json
  try {
    json = parseJson(line)
  } catch {
    return undefined
  }
  return isPastFault(json) ? json : undefined
}

/** What was written here is complete as far as it is one object: it is checked by what tells it from anything else. */
function isPastFault(json: unknown): json is PastFault {
  const past = json as Json
  if (!isJsonObject(past) || typeof past.atMs !== 'number' || typeof past.event !== 'string') return false
  const { fault, entity } = past
  if (!isJsonObject(fault)) return false
  return entity === undefined ? isReported(fault) : isPastEntity(entity) && isOfSource(fault)
}

function isReported({ componentId, faultId, severity, phase, source }: JsonObject): boolean {
  const isSeverity = typeof severity === 'string' && Object.hasOwn(REPORTED_SEVERITIES, severity)
  return isSeverity && areTexts([componentId, faultId, phase, source])
}

function isOfSource({ id, code, name, severity, status }: JsonObject): boolean {
  const isSeverity = [1, 2, 3, 4].some((each) => each === severity)
  return isSeverity && areTexts([id, code, name]) && isJsonObject(status)
}

function isPastEntity(json: Json): boolean {
  if (!isJsonObject(json)) return false
  const { kind, id, components } = json
  const isKind = FAULTY_KINDS.some((each) => each === kind)
  return isKind && typeof id === 'string' && Array.isArray(components) && areTexts(components)
}

function areTexts(all: readonly unknown[]): boolean {
  return all.every((each) => typeof each === 'string')
}
