import { parse, TomlError } from 'smol-toml'
import { type Document, isTable, type Table } from './document.ts'
import type { Findings } from './findings.ts'
import { ConfigError, formatPath, type Problem, type Segment } from './problem.ts'
import { readTextFile } from './text-file.ts'
import { locateSettings } from './toml-lines.ts'

/**
 * Reads a TOML file.
 * @throws ConfigError when it cannot be read or is not TOML
 */
export function readTomlFile(file: string): Document {
  const text = readTextFile(file)
  try {
    const values: Table = parse(text)
    const sources = new Map([...locateSettings(text)].map(([path, line]) => [path, `${file}:${line}`]))
    return { values, sources }
  } catch (error) {
    if (error instanceof TomlError) throw new ConfigError([syntaxProblem(file, error)])
    throw error
  }
}

function syntaxProblem(file: string, error: TomlError): Problem {
  const [first = ''] = error.message.split('\n')
  const message = `not TOML: ${first.replace(/^Invalid TOML document: /, '')}`
  return { path: '', message, source: `${file}:${error.line}:${error.column}` }
}

/** Reports dates, which no setting takes, and removes them. */
export function refuseDates(values: unknown, findings: Findings, path: readonly Segment[] = []): void {
  if (!Array.isArray(values) && !isTable(values)) return
  for (const [key, value] of Object.entries(values)) {
    const at = [...path, Array.isArray(values) ? Number(key) : key]
    if (value instanceof Date) {
      findings.unusable(formatPath(at), 'no setting is a date or time; put text in quotes')
      if (isTable(values)) delete values[key]
    } else refuseDates(value, findings, at)
  }
}
