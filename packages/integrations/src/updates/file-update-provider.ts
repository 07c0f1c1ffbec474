import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, type Json, type Logger, messageOf, parseJson } from '@opensovd/base'
import type {
  UpdatePackage,
  UpdatePhase,
  UpdateProvider,
  UpdateReport,
  UpdateStatus,
  UpdateTools,
} from '@opensovd/core'
import { ENTITY_ID, SovdError } from '@opensovd/sovd'
import { readJsonFile, writeJsonFile } from '../files/json-file.ts'
import { InstalledFiles } from './installed-files.ts'
import { checkManifest, type Manifest, type ManifestPart } from './manifest.ts'
import { stagePayload } from './payloads.ts'

export interface FileUpdateProviderOptions {
  /** `packages/` in it has a folder for each package, with `manifest.json` and its files; the rest is our own. */
  readonly path: string
  /** Where files of components are installed: `<component>/current`. */
  readonly installPath: string
  readonly log: Logger
  readonly createId: () => string
}

/** What is kept of a package beside its manifest. */
interface Kept {
  readonly status?: UpdateStatus
  /** What components had before it was executed. */
  readonly previous?: Readonly<Record<string, string | null>>
}

/** Packages beyond this many are not looked at. */
const MAX_PACKAGES = 1000

/**
 * Updates from a folder, installed into another one or by operations of the components. Packages come by being put
 * there, or by a client that says which uploaded files they are made of.
 */
export class FileUpdateProvider implements UpdateProvider {
  readonly #options: FileUpdateProviderOptions
  readonly #installed: InstalledFiles
  readonly #complained = new Set<string>()

  private constructor(options: FileUpdateProviderOptions) {
    this.#options = options
    this.#installed = new InstalledFiles(options.installPath)
  }

  /** @throws AppError `store-unusable` */
  static async open(options: FileUpdateProviderOptions): Promise<FileUpdateProvider> {
    const provider = new FileUpdateProvider(options)
    try {
      for (const part of ['packages', 'state', 'staging']) await mkdir(join(options.path, part), { recursive: true })
      await mkdir(options.installPath, { recursive: true })
      for (const name of await readdir(join(options.path, 'state'))) await provider.#interrupt(name)
    } catch (error) {
      const message = `updates cannot be kept in ${options.path}: ${messageOf(error)}`
      throw new AppError('store-unusable', message, { cause: error })
    }
    return provider
  }

  async list(): Promise<readonly UpdatePackage[]> {
    const names = (await readdir(this.#packages())).filter((name) => ENTITY_ID.test(name)).toSorted()
    const found = await Promise.all(names.slice(0, MAX_PACKAGES).map((id) => this.#listed(id)))
    return found.filter((update) => update !== undefined)
  }

  async register(json: Json): Promise<string> {
    const manifest = checkManifest(json)
    if (isWrong(manifest))
      throw new SovdError('invalid-request', `the manifest is wrong: ${manifest.join('; ')}`, { target: 'body' })
    if (manifest.parts.some(({ payload }) => payload.file !== undefined)) {
      throw new SovdError('invalid-request', 'a registered update has its files in bulk_data', { target: 'body' })
    }
    const id = manifest.id ?? this.#options.createId()
    const folder = this.#packages(id)
    if (await stat(folder).catch(() => undefined)) throw new SovdError('conflict', `there is an update '${id}' already`)
    await mkdir(folder)
    await writeJsonFile(join(folder, 'manifest.json'), manifest)
    return id
  }

  async remove(id: string): Promise<void> {
    await rm(this.#packages(id), { recursive: true, force: true })
    await rm(this.#staging(id), { recursive: true, force: true })
    await rm(this.#state(id), { force: true })
  }

  async run(
    id: string,
    phase: UpdatePhase,
    report: UpdateReport,
    tools: UpdateTools,
    signal: AbortSignal,
  ): Promise<void> {
    const manifest = await this.#manifest(id)
    switch (phase) {
      case 'prepare':
        return this.#prepare(id, manifest, report, tools, signal)
      case 'execute':
        return this.#execute(id, manifest, report, tools, signal)
      case 'rollback':
        return this.#rollBack(id, manifest, report)
    }
  }

  async statusOf(id: string): Promise<UpdateStatus | undefined> {
    return (await this.#kept(id)).status
  }

  async keepStatus(id: string, status: UpdateStatus): Promise<void> {
    await writeJsonFile(this.#state(id), { ...(await this.#kept(id)), status })
  }

  async #prepare(
    id: string,
    { parts }: Manifest,
    report: UpdateReport,
    tools: UpdateTools,
    signal: AbortSignal,
  ): Promise<void> {
    await rm(this.#staging(id), { recursive: true, force: true })
    await mkdir(this.#staging(id))
    for (const [index, part] of parts.entries()) {
      const { component } = part
      report.step?.(`fetch and verify ${index + 1} of ${parts.length}`)
      const onProgress = (percent: number) => report.part(component, 'inProgress', percent)
      onProgress(0)
      await stagePayload(part, this.#packages(id), this.#staged(id, index), { tools, onProgress, signal })
      report.part(component, 'completed', 100)
    }
  }

  async #execute(
    id: string,
    manifest: Manifest,
    report: UpdateReport,
    tools: UpdateTools,
    signal: AbortSignal,
  ): Promise<void> {
    const { parts, version } = manifest
    const inUse = await this.#keepPrevious(id, manifest)
    for (const [index, part] of parts.entries()) {
      const { component, install } = part
      signal.throwIfAborted()
      if (install.kind === 'file' && inUse.has(component)) continue
      report.step?.(`install ${index + 1} of ${parts.length}`)
      const onProgress = (percent: number) => report.part(component, 'inProgress', percent)
      onProgress(0)
      await this.#install(part, version, this.#staged(id, index), { tools, onProgress, signal })
      const isLast = !parts.slice(index + 1).some((later) => later.component === component)
      if (isLast && hasFiles(manifest, component)) await this.#installed.use(component, version)
      report.part(component, 'completed', 100)
    }
    await rm(this.#staging(id), { recursive: true, force: true })
  }

  async #install(
    { component, install }: ManifestPart,
    version: string,
    staged: string,
    { tools, onProgress, signal }: { tools: UpdateTools; onProgress: (percent: number) => void; signal: AbortSignal },
  ): Promise<void> {
    if (install.kind === 'file') {
      await this.#installed.add(component, version, install.name, staged)
      return
    }
    const { operation: operationId, parameters = {}, payload_parameter: name = 'data' } = install
    const bytes = await readFile(staged)
    const all = { ...parameters, [name]: bytes.toString('base64') } as Json
    await tools.runOperation({ componentId: component, operationId }, all, onProgress, signal)
  }

  async #rollBack(id: string, manifest: Manifest, report: UpdateReport): Promise<void> {
    const fixed = manifest.parts.find(({ install }) => install.kind === 'operation')
    if (fixed)
      throw new SovdError('not-implemented', `what was programmed into '${fixed.component}' cannot be taken back`)
    const { previous = {} } = await this.#kept(id)
    for (const component of componentsOf(manifest)) {
      report.part(component, 'inProgress', 0)
      await this.#installed.use(component, previous[component] ?? undefined)
      await this.#installed.remove(component, manifest.version)
      report.part(component, 'completed', 100)
    }
  }

  /**
   * Keeps what components had before, and returns those that use the version already because an execution that failed
   * later got so far.
   * @throws SovdError `conflict` for a version that a component has from elsewhere: files in use are not written to
   */
  async #keepPrevious(id: string, manifest: Manifest): Promise<ReadonlySet<string>> {
    const kept = await this.#kept(id)
    const previous: Record<string, string | null> = { ...kept.previous }
    const inUse = new Set<string>()
    for (const component of componentsOf(manifest)) {
      const current = await this.#installed.current(component)
      if (current !== manifest.version) previous[component] = current ?? null
      else if (previous[component] !== undefined) inUse.add(component)
      else throw new SovdError('conflict', `'${component}' uses version ${current} already`)
    }
    await writeJsonFile(this.#state(id), { ...kept, previous })
    return inUse
  }

  /** What was under way when the program ended has failed. */
  async #interrupt(file: string): Promise<void> {
    const id = file.replace(/\.json$/, '')
    const kept = await this.#kept(id)
    if (kept.status?.state !== 'inProgress') return
    const status = { ...kept.status, state: 'failed', error: 'the gateway ended while it was under way' }
    await writeJsonFile(this.#state(id), { ...kept, status })
  }

  async #listed(id: string): Promise<UpdatePackage | undefined> {
    try {
      const { previous } = await this.#kept(id)
      return packageOf(id, await this.#manifest(id), previous)
    } catch (error) {
      if (this.#complained.size < MAX_PACKAGES && !this.#complained.has(id)) {
        this.#complained.add(id)
        this.#options.log.warn('an update is left out', { update: id, error: messageOf(error) })
      }
      return undefined
    }
  }

  async #manifest(id: string): Promise<Manifest> {
    const manifest = checkManifest(parseJson(await readFile(join(this.#packages(id), 'manifest.json'), 'utf8')))
    if (isWrong(manifest)) throw new SovdError('conflict', `the manifest of '${id}' is wrong: ${manifest.join('; ')}`)
    return manifest
  }

  async #kept(id: string): Promise<Kept> {
    return ((await readJsonFile(this.#state(id))) ?? {}) as Kept
  }

  #packages(id = ''): string {
    return join(this.#options.path, 'packages', id)
  }

  #staging(id: string): string {
    return join(this.#options.path, 'staging', id)
  }

  #staged(id: string, index: number): string {
    return join(this.#staging(id), String(index))
  }

  #state(id: string): string {
    return join(this.#options.path, 'state', `${id}.json`)
  }
}

function isWrong(manifest: Manifest | readonly string[]): manifest is readonly string[] {
  return Array.isArray(manifest)
}

function componentsOf({ parts }: Manifest): readonly string[] {
  return [...new Set(parts.map(({ component }) => component))]
}

function hasFiles({ parts }: Manifest, componentId: string): boolean {
  return parts.some(({ component, install }) => component === componentId && install.kind === 'file')
}

function packageOf(id: string, manifest: Manifest, previous: Kept['previous'] = {}): UpdatePackage {
  const { update_name: name, version, origin = 'remote', automated = false, parts, affected_components = [] } = manifest
  const { notes, user_activity, preconditions, execution_conditions, duration } = manifest
  const before = Object.entries(previous).filter((entry): entry is [string, string] => entry[1] !== null)
  return {
    id,
    name,
    version,
    sizeBytes: parts.reduce((sum, { payload }) => sum + payload.size, 0),
    automated,
    origin,
    updatedComponents: componentsOf(manifest),
    affectedComponents: affected_components,
    ...(before.length === 0 ? {} : { previousVersions: Object.fromEntries(before) }),
    ...(notes === undefined ? {} : { notes }),
    ...(user_activity === undefined ? {} : { userActivity: user_activity }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(execution_conditions === undefined ? {} : { executionConditions: execution_conditions }),
    ...(duration === undefined ? {} : { durationSeconds: duration }),
  }
}
