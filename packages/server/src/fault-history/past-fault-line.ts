import { isJsonObject, type Json, parseJson } from '@opensovd/base'
import { type PastFault, REPORTED_SEVERITIES } from '@opensovd/core'

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
  const { fault } = past
  if (!isJsonObject(fault)) return false
  const { componentId, faultId, severity, phase, source } = fault
  const areTexts = [componentId, faultId, phase, source].every((each) => typeof each === 'string')
  return areTexts && typeof severity === 'string' && Object.hasOwn(REPORTED_SEVERITIES, severity)
}
