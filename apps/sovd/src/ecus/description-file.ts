import { type Description, DescriptionError, type Path, readDescription } from '@opensovd/ecu'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { ConfigError } from '../config/problem.ts'
import { readTextFile } from '../config/text-file.ts'

/** More aliases than this are an attack: each may stand for much. */
const MAX_ALIASES = 1000

/**
 * Reads an ECU description in YAML or JSON. Mappings may be merged with `<<`.
 * @throws ConfigError with everything that is wrong with it, each with its line and column
 */
export function readDescriptionFile(file: string): Description {
  const lines = new LineCounter()
  const document = parseDocument(readTextFile(file), { lineCounter: lines, merge: true })
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map(({ message, pos: [start] }) => ({
        path: '',
        message: `not YAML: ${message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}`,
        source: sourceAt(file, lines, start),
      })),
    )
  }
  try {
    return readDescription({ value: plainValue(document, file), locate: (path) => locate(document, lines, file, path) })
  } catch (error) {
    if (error instanceof DescriptionError) throw new ConfigError(error.problems)
    throw error
  }
}

function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new ConfigError([{ path: '', message: `not YAML: ${message}`, source: file }])
  }
}

/** Where a value stands, or the innermost one around it: one that is missing or merged has no place of its own. */
function locate(document: Document, lines: LineCounter, file: string, path: Path): string {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return sourceAt(file, lines, node.range[0])
  }
  return file
}

function sourceAt(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset)
  return `${file}:${line}:${col}`
}
