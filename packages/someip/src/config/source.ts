import { messageOf } from '@opensovd/base'
import { type Found, joinPath, reportIgnoredDuplicate } from './field.ts'
import type { ConfigurationFiles } from './files.ts'
import { type JsonNode, JsonTextError, parseJsonText } from './json-text.ts'
import type { Problems } from './problems.ts'

/** A file that was read. */
export interface Source {
  readonly file: string
  /** By top-level key: the place where it is first given. */
  readonly sections: ReadonlyMap<string, Found>
}

const MAX_FILE_BYTES = 16 * 1024 * 1024

/** Reads one file; undefined if it cannot be read or is not JSON, which is reported. */
export async function readSource(
  file: string,
  absolutePath: string,
  files: ConfigurationFiles,
  problems: Problems,
): Promise<Source | undefined> {
  try {
    const bytes = await files.read(absolutePath)
    if (bytes.length > MAX_FILE_BYTES) throw new RangeError(`${bytes.length} bytes are more than ${MAX_FILE_BYTES}`)
    return parseSource(file, new TextDecoder('utf-8', { fatal: true }).decode(bytes), problems)
  } catch (error) {
    problems.report(
      'unreadable-file',
      { file, line: 1, column: 1, path: '' },
      `the file cannot be read: ${messageOf(error)}`,
    )
    return undefined
  }
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
