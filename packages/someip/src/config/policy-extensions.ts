import { type Environment, mandatoryFileNames } from './environment.ts'
import { baseName, type FileAccess, kindOf, readFolder } from './folder.ts'
import { ConfigurationError, type Problem, Problems } from './problems.ts'
import type { Policy } from './sections/policies.ts'
import { securityFields } from './sections/security.ts'
import { readSources } from './source.ts'

export interface PolicyExtensionOptions extends FileAccess {
  /** A folder of `SecurityConfiguration.policyExtensions`. */
  readonly folder: string
  /** Whom the process runs as. */
  readonly owner: { readonly uid: number; readonly gid: number }
  readonly environment: Environment
  /** Refuse files with any problem. */
  readonly strict?: boolean | undefined
}

const SECURITY_FILE = 'vsomeip_security.json'

/**
 * Loads the further policies for the clients of a container: from files with mandatory names in the folder and in its
 * subfolder `<uid>_<gid>`, and from `vsomeip_security.json` in all of its subfolders.
 * @throws ConfigurationError if `strict` is set and there is any problem
 */
export async function loadPolicyExtension(
  options: PolicyExtensionOptions,
): Promise<{ readonly policies: readonly Policy[]; readonly problems: readonly Problem[] }> {
  const problems = new Problems()
  const sources = await readSources(await filesOf(options, problems), options, problems)
  const found = sources.map(({ sections }) => sections.get('security')).filter((one) => one !== undefined)
  const { policies } = securityFields.security.read(found, problems)
  const list = problems.list()
  if (options.strict && list.length > 0) throw new ConfigurationError(list)
  return { policies, problems: list }
}

async function filesOf(options: PolicyExtensionOptions, problems: Problems): Promise<readonly string[]> {
  const { folder, owner } = options
  const mandatoryNames = mandatoryFileNames(options.environment)
  const { files, folders } = await readFolder(folder, options, problems)
  const own = folders.find((one) => baseName(one) === `${owner.uid}_${owner.gid}`)
  const ownFiles = own === undefined ? [] : (await readFolder(own, options, problems)).files
  const inFolders = folders.map((one) => `${one}/${SECURITY_FILE}`)
  const kinds = await Promise.all(inFolders.map((path) => kindOf(path, options)))
  const policyFiles = inFolders.filter((_, index) => kinds[index] === 'file')
  const mandatory = [...files, ...ownFiles].filter((path) => mandatoryNames.has(baseName(path)))
  return [...new Set([...mandatory, ...policyFiles])].sort()
}
