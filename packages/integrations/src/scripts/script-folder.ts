import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, type Clock, type Logger, messageOf } from '@opensovd/base'
import type { BulkDataUpload, EntityRef, RegisteredExecution, Script, ScriptStore } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { readJsonFile, writeJsonFile } from '../files/json-file.ts'
import { receiveUpload, storeError } from '../files/received-file.ts'
import { isRegistered, isStoredScript, type StoredScript } from './script-record.ts'

export interface ScriptFolderOptions {
  /** A folder of its own; made when it is not there. */
  readonly path: string
  /** Bytes of one script. */
  readonly maxBytes: number
  readonly maxScripts: number
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
}

const MEDIA_TYPES: ReadonlySet<string> = new Set(['text/javascript', 'application/javascript'])

/** What a script is called in its folder. */
export const SCRIPT_FILE = 'script.mjs'

/**
 * Scripts in a folder: `scripts/<id>/` has one and what is known of it, `registered/` what runs after a restart, and
 * `arriving/` what is not complete.
 */
export class ScriptFolder implements ScriptStore {
  readonly registered: readonly RegisteredExecution[]
  readonly #options: ScriptFolderOptions
  /** At most `maxScripts`, with those that are arriving. */
  readonly #scripts: Map<string, StoredScript>
  #arriving = 0

  private constructor(
    options: ScriptFolderOptions,
    scripts: readonly StoredScript[],
    registered: readonly RegisteredExecution[],
  ) {
    this.#options = options
    this.#scripts = new Map(scripts.map((script) => [script.id, script]))
    this.registered = registered
  }

  /**
   * Opens a folder, without what uploads left behind that were cut off by the end of the program.
   * @throws AppError `store-unusable` when it cannot be used
   */
  static async open(options: ScriptFolderOptions): Promise<ScriptFolder> {
    const { path, log } = options
    try {
      await rm(join(path, 'arriving'), { recursive: true, force: true })
      for (const part of ['scripts', 'registered', 'arriving']) {
        await mkdir(join(path, part), { recursive: true, mode: 0o700 })
      }
      const scripts = await readRecords(join(path, 'scripts'), (id) => join(id, 'script.json'), isStoredScript, log)
      const registered = await readRecords(join(path, 'registered'), (name) => name, isRegistered, log)
      const ids = new Set(scripts.map(({ id }) => id))
      const sorted = scripts.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
      return new ScriptFolder(
        options,
        sorted,
        registered.filter(({ scriptId }) => ids.has(scriptId)),
      )
    } catch (error) {
      throw new AppError('store-unusable', `scripts cannot be kept in ${path}: ${messageOf(error)}`, { cause: error })
    }
  }

  list({ kind, id }: EntityRef): readonly Script[] {
    return [...this.#scripts.values()].filter(({ entity }) => entity.kind === kind && entity.id === id)
  }

  /** Where the text of a script is, also while it is arriving. */
  pathOf({ id }: Script): string {
    return join(this.#options.path, this.#scripts.has(id) ? 'scripts' : 'arriving', id, SCRIPT_FILE)
  }

  /**
   * @throws SovdError `unsupported-media-type` for what is no JavaScript; `content-too-large`; `too-many-requests` when
   * there are as many as may be; `invalid-request` for another length than was announced; what the check throws
   */
  async add(
    { kind, id: entityId }: EntityRef,
    upload: BulkDataUpload,
    check: (script: Script) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Script> {
    requireJavaScript(upload)
    this.#requireSize(upload.size ?? 0)
    this.#requireRoom()
    const id = this.#options.createId()
    const arriving = join(this.#options.path, 'arriving', id)
    this.#arriving++
    try {
      await mkdir(arriving, { mode: 0o700 })
      const admit = ({ length }: Uint8Array, before: number) => this.#requireSize(before + length)
      const size = await receiveUpload(join(arriving, SCRIPT_FILE), upload, admit, signal)
      const script: StoredScript = {
        id,
        entity: { kind, id: entityId },
        ...(upload.name === undefined ? {} : { name: upload.name }),
        size,
        createdAt: new Date(this.#options.clock.now()).toISOString(),
      }
      await check(script)
      await writeJsonFile(join(arriving, 'script.json'), script)
      await rename(arriving, join(this.#options.path, 'scripts', id))
      this.#scripts.set(id, script)
      return script
    } catch (error) {
      await rm(arriving, { recursive: true, force: true })
      throw storeError('the script', error)
    } finally {
      this.#arriving--
    }
  }

  async remove({ id }: Script): Promise<void> {
    if (!this.#scripts.delete(id)) return
    await rm(join(this.#options.path, 'scripts', id), { recursive: true, force: true })
  }

  register(execution: RegisteredExecution): Promise<void> {
    return writeJsonFile(this.#registration(execution.id), execution)
  }

  unregister(id: string): Promise<void> {
    return rm(this.#registration(id), { force: true })
  }

  #registration(id: string): string {
    return join(this.#options.path, 'registered', `${id}.json`)
  }

  #requireSize(size: number): void {
    const { maxBytes } = this.#options
    if (size > maxBytes) throw new SovdError('content-too-large', `a script has ${maxBytes} bytes at most`)
  }

  #requireRoom(): void {
    const { maxScripts } = this.#options
    if (this.#scripts.size + this.#arriving < maxScripts) return
    throw new SovdError('too-many-requests', `there are ${maxScripts} scripts, and may be no more`)
  }
}

function requireJavaScript({ mimeType, name = '' }: BulkDataUpload): void {
  const isModule = mimeType.toLowerCase() === 'application/octet-stream' && /\.m?js$/.test(name)
  if (isModule || MEDIA_TYPES.has(mimeType.toLowerCase())) return
  throw new SovdError('unsupported-media-type', `a script is text/javascript, not ${mimeType}`, { target: 'body' })
}

async function readRecords<T>(
  folder: string,
  fileOf: (name: string) => string,
  isRecord: (value: unknown) => value is T,
  log: Logger,
): Promise<readonly T[]> {
  const records: T[] = []
  for (const name of (await readdir(folder)).toSorted()) {
    const path = join(folder, fileOf(name))
    const value = await readJsonFile(path).catch(() => undefined)
    if (isRecord(value)) records.push(value)
    else log.warn('this is no record of a script, and is left alone', { path })
  }
  return records
}
