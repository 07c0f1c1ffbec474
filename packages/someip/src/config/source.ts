import { resolve } from 'node:path'
import { messageOf } from '@opensovd/base'
import { type Found, joinPath, reportIgnoredDuplicate } from './field.ts'
import type { FileAccess } from './folder.ts'
import { type JsonNode, JsonTextError, parseJsonText } from './json-text.ts'
import type { Problems } from './problems.ts'

/** A file that was read. */
export interface Source {
  readonly file: string
  /** By top-level key: the place where it is first given. */
  readonly sections: ReadonlyMap<string, Found>
}

const MAX_FILE_BYTES = 16 * 1024 * 1024

/** Reads files one after the other. Those that cannot be read or are not JSON are reported and left out. */
export async function readSources(
  paths: readonly string[],
  access: FileAccess,
  problems: Problems,
): Promise<readonly Source[]> {
  const sources: Source[] = []
  for (const path of paths) {
    const source = await readSource(path, access, problems)
    if (source !== undefined) sources.push(source)
  }
  return sources
}

async function readSource(file: string, access: FileAccess, problems: Problems): Promise<Source | undefined> {
  let text: string
  try {
    const bytes = await access.files.read(resolve(access.workingDirectory, file))
    if (bytes.length > MAX_FILE_BYTES) throw new RangeError(`${bytes.length} bytes are more than ${MAX_FILE_BYTES}`)
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const message = `the file cannot be read: ${messageOf(error)}`
    problems.report('unreadable-file', { file, line: 1, column: 1, path: '' }, message)
    return undefined
  }
  return parseSource(file, text, problems)
}

/** Parses the text of one file; undefined if it is not JSON, which is reported. */
export function parseSource(file: string, text: string, problems: Problems): Source | undefined {
  try {
    return { file, sections: sectionsOf(file, parseJsonText(text), problems) }
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    problems.report('invalid-json', { file, ...error.at, path: '' }, `${error.message}; the file is left out`)
    return undefined
  }
}

/** As boost's property tree finds them: only the first of equal keys. */
function sectionsOf(file: string, root: JsonNode, problems: Problems): ReadonlyMap<string, Found> {
  const sections = new Map<string, Found>()
  if (root.kind !== 'object') {
    problems.report('wrong-type', { file, ...root.at, path: '' }, 'a file must hold an object; nothing is read from it')
    return sections
  }
  for (const { name, nameAt, value } of root.entries) {
    const found: Found = { node: value, nameAt, file, path: joinPath('', name) }
    const first = sections.get(name)
    if (first === undefined) sections.set(name, found)
    else reportIgnoredDuplicate(first, found, problems)
  }
  return sections
}
