import type { Configuration } from '../configuration.ts'

/** One key with what it means without a value and with one. */
export interface KeyCase {
  readonly path: string
  /** A file without the key. */
  readonly without: string
  /** The same file with it. */
  readonly given: string
  readonly read: (configuration: Configuration) => unknown
  readonly fallback: unknown
  readonly expected: unknown
}

/** Key, value as JSON text, where the value is found, what is there without the key, and with it. */
export type KeyRow<T> = readonly [
  key: string,
  value: string,
  read: (part: T) => unknown,
  fallback: unknown,
  expected: unknown,
]

/** Cases for the keys below `path`. In `template` a `%` stands where a further key fits, with a comma before it. */
export function keyCases<T>(
  path: string,
  template: string,
  part: (configuration: Configuration) => T,
  rows: readonly KeyRow<T>[],
): readonly KeyCase[] {
  return rows.map(([key, value, read, fallback, expected]) => ({
    path: path === '' ? key : `${path}.${key}`,
    without: template.replace('%', ''),
    given: template.replace('%', `, "${key}": ${value}`).replace('{,', '{'),
    read: (configuration) => read(part(configuration)),
    fallback,
    expected,
  }))
}
