import { Ajv, type ErrorObject } from 'ajv'
import { childOf, removeSetting, type Table } from './document.ts'
import type { Findings } from './findings.ts'
import { formatPath, type Segment } from './problem.ts'
import { Settings } from './settings.ts'

/**
 * Judges values by the schema and completes them with the defaults. What does not fit is reported and replaced
 * by its default, so that the rest can be judged further.
 */
export function checkSettings(values: Table, findings: Findings): Settings {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true })
  const fits = ajv.compile<Settings>(Settings)
  const candidate: unknown = values
  if (fits(candidate)) return candidate
  for (const error of fits.errors ?? []) {
    const { path, message } = describe(error, values)
    findings.unusable(formatPath(path), message, { setting: formatPath(removeSetting(values, path)) })
  }
  if (fits(candidate)) return candidate
  throw new Error(`the configuration schema refuses its own defaults: ${ajv.errorsText(fits.errors)}`)
}

function describe(error: ErrorObject, values: Table): { path: readonly Segment[]; message: string } {
  const path = segmentsOf(error.instancePath, values)
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(error.params.additionalProperty)
      const known = Object.keys(error.parentSchema?.properties ?? {})
      return { path: [...path, name], message: `unknown setting; ${suggestion(name, known)}` }
    }
    case 'type':
      return { path, message: `expected ${TYPE_NAMES[String(error.params.type)]}, got ${show(error)}` }
    case 'enum':
      return { path, message: `expected ${list(error.params.allowedValues)}, got ${show(error)}` }
    case 'minLength':
      return { path, message: 'must not be empty' }
    default:
      return { path, message: `${error.message}, got ${show(error)}` }
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a table',
  array: 'an array',
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
}

function segmentsOf(pointer: string, values: Table): readonly Segment[] {
  const segments: Segment[] = []
  let at: unknown = values
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    const segment = Array.isArray(at) ? Number(name) : name
    segments.push(segment)
    at = childOf(at, segment)
  }
  return segments
}

function show({ data, parentSchema }: ErrorObject): string {
  if (Array.isArray(data)) return 'an array'
  if (typeof data === 'object' && data !== null) return 'a table'
  return parentSchema?.writeOnly === true ? `a ${typeof data}` : JSON.stringify(data)
}

function list(allowed: readonly unknown[]): string {
  const quoted = allowed.map((value) => JSON.stringify(value))
  return quoted.length === 1 ? String(quoted[0]) : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

function suggestion(name: string, known: readonly string[]): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const near = known.find((each) => plain(each) === plain(name) || plain(each).includes(plain(name)))
  return near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`
}
