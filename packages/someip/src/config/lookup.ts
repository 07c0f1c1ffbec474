import { type Environment, mandatoryFileNames, namedConfiguration } from './environment.ts'
import { baseName, type FileAccess, kindOf, readFolder } from './folder.ts'
import type { Problems } from './problems.ts'

export interface LookupOptions extends FileAccess {
  /** Chooses VSOMEIP_CONFIGURATION_<name>. */
  readonly applicationName: string
  readonly environment: Environment
  /** A file or folder in place of the default ones, as given when the application is created. */
  readonly path?: string | undefined
  /** Whom the process runs as; the folder `<uid>_<gid>` is for it. Absent: there is no such folder. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** Absent: /etc/vsomeip.json. */
  readonly defaultFile?: string | undefined
  /** Absent: /etc/vsomeip. */
  readonly defaultFolder?: string | undefined
}

/** The files to read, in the order in which they are read. */
export interface FoundFiles {
  /** Files with mandatory names. */
  readonly mandatory: readonly string[]
  /** The others. */
  readonly others: readonly string[]
  /** Files of a folder that are left out because of their names. */
  readonly skipped: readonly string[]
}

export const DEFAULT_FILE = '/etc/vsomeip.json'
export const DEFAULT_FOLDER = '/etc/vsomeip'
const LOCAL_FILE = './vsomeip.json'
const LOCAL_FOLDER = './vsomeip'

/** Finds the files of an application where vsomeip looks for them. Paths in the result are relative where given so. */
export async function lookUpFiles(options: LookupOptions, problems: Problems): Promise<FoundFiles> {
  const mandatoryNames = mandatoryFileNames(options.environment)
  const mandatory: string[] = []
  const others: string[] = []
  const skipped: string[] = []
  for (const input of await lookUpInputs(options, problems)) {
    const isFolder = (await kindOf(input, options)) === 'folder'
    for (const file of isFolder ? (await readFolder(input, options, problems)).files : [input]) {
      if (mandatoryNames.has(baseName(file))) mandatory.push(file)
      else if (isFolder && !file.toLowerCase().endsWith('.json')) skipped.push(file)
      else others.push(file)
    }
  }
  return { mandatory, others, skipped }
}

/** Files and folders, in ascending order. */
async function lookUpInputs(options: LookupOptions, problems: Problems): Promise<readonly string[]> {
  let { defaultFile: file = DEFAULT_FILE, defaultFolder: folder = DEFAULT_FOLDER } = options
  const { path, owner } = options
  if (path !== undefined) {
    const kind = await kindOf(path, options)
    if (kind === undefined) reportMissing(path, 'the path given for the application', problems)
    ;({ file, folder } = kind === 'file' ? { file: path, folder: '' } : { file: '', folder: path })
  }
  if ((await kindOf(LOCAL_FILE, options)) === 'file') file = LOCAL_FILE
  if ((await kindOf(LOCAL_FOLDER, options)) === 'folder') folder = LOCAL_FOLDER
  const named = namedConfiguration(options.applicationName, options.environment)
  if (named !== undefined) {
    const kind = await kindOf(named.path, options)
    if (kind === 'file') ({ file, folder } = { file: named.path, folder: '' })
    else if (kind === 'folder') ({ file, folder } = { file: '', folder: named.path })
    else reportMissing(named.path, named.variable, problems)
  }
  const inputs = [file, folder]
  if (folder !== '' && owner !== undefined) inputs.push(`${folder}/${owner.uid}_${owner.gid}`)
  const kinds = await Promise.all(inputs.map((input) => (input === '' ? undefined : kindOf(input, options))))
  return inputs.filter((_, index) => kinds[index] !== undefined).sort()
}

function reportMissing(path: string, namedBy: string, problems: Problems): void {
  const message = `named by ${namedBy}, but neither a file nor a folder`
  problems.report('missing-configuration', { file: path, line: 1, column: 1, path: '' }, message)
}
