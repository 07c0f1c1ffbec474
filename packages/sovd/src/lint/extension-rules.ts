import type { JsonObject } from '@opensovd/base'
import type { Complaint, Rule } from './rule.ts'

/** Extensions of the standard, those among them that it deprecates too. */
const EXTENSIONS: ReadonlySet<string> = new Set(
  [
    'applicability',
    'asynchronous-execution',
    'capabilities',
    'cyclic-subscription-supported',
    'data-category',
    'data-groups',
    'enum-translation-ids',
    'fault-display-code',
    'fault-scope',
    'fault-severity',
    'lock-breakable',
    'lock-required',
    'lock-scopes',
    'mode',
    'name',
    'proximity-proof-required',
    'required-modes',
    'retention-timeout',
    'supported-scopes',
    'tags',
    'translation-id',
    'unit',
    'version',
  ].map((name) => `x-sovd-${name}`),
)

const HEADERS: ReadonlySet<string> = new Set(['x-sovd-mode', 'x-sovd-retention-timeout'])

/** Members whose keys are names that somebody chose, not keywords. */
const NAMED: ReadonlySet<string> = new Set(['paths', 'responses', 'properties', 'patternProperties', 'headers'])
/** Members that are data of any form. */
const DATA: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'const', 'enum'])

/** Demands on what bears the prefix of the standard, which is reserved for it. */
export const EXTENSION_RULES: readonly Rule[] = [
  {
    id: 'extensions',
    clause: '5.4.5',
    demand: 'The prefix x-sovd- is the standard’s: no other extensions have it.',
    *check(document) {
      for (const [object, at] of document.everything()) {
        const parent = at.at(-1) ?? ''
        if (NAMED.has(parent) || isData(at)) continue
        yield* unknownExtensions(object, at)
      }
    },
  },
  {
    id: 'headers',
    clause: '6.2.5, 7.3',
    demand: 'Of the headers with the prefix x-sovd- there are only x-sovd-mode and x-sovd-retention-timeout.',
    *check(document) {
      for (const [object, at] of document.everything()) {
        const isHeaders = at.at(-1) === 'headers' && !isData(at)
        const names = isHeaders
          ? Object.keys(object)
          : object.in === 'header' && typeof object.name === 'string'
            ? [object.name]
            : []
        for (const name of names) {
          if (!isReserved(name, HEADERS)) continue
          yield { at: isHeaders ? [...at, name] : at, message: `${name} is no header of the standard` }
        }
      }
    },
  },
]

function* unknownExtensions(object: JsonObject, at: readonly string[]): Generator<Complaint> {
  for (const key of Object.keys(object)) {
    if (isReserved(key, EXTENSIONS)) yield { at: [...at, key], message: `${key} is no extension of the standard` }
  }
}

function isData(at: readonly string[]): boolean {
  return at.some((name, index) => DATA.has(name) && !NAMED.has(at[index - 1] ?? ''))
}

function isReserved(name: string, known: ReadonlySet<string>): boolean {
  const plain = name.toLowerCase()
  return plain.startsWith('x-sovd-') && !known.has(plain)
}
