import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isJsonObject, type Json, type Logger, messageOf, parseJson } from '@opensovd/base'

export interface RecordFileOptions {
  readonly path: string
  readonly log: Logger
  /** Bytes of all records; beyond it the oldest are left out of the file. */
  readonly maxBytes?: number
}

const MAX_BYTES = 64 * 1024 * 1024
/** Lines that are out of date and may stay before the file is written anew. */
const SPARE_LINES = 1000
/** Lines that may wait for a disk that is slow; beyond it the file is written anew. */
const MAX_PENDING = 10_000

/**
 * Records by id in a file of lines, which is only appended to, and now and then replaced by one with just what is
 * current. A crash loses the last moments at most. Writing never waits and never throws: when the disk does not let
 * us, the log says so, and the next time that it does everything is written.
 */
export class RecordFile implements AsyncDisposable {
  /** What was in the file, in the order in which ids were first put. */
  readonly restored: readonly Json[]
  readonly #options: Required<RecordFileOptions>
  readonly #lines: Map<string, string>
  #handle: FileHandle | undefined
  #bytes = 0
  #pending: string[] = []
  #written = 0
  /** Whether the file is not what it should be and is to be written anew. */
  #isStale = true
  #isFailing = false
  #writing: Promise<void> | undefined

  private constructor(options: Required<RecordFileOptions>, lines: Map<string, string>, restored: readonly Json[]) {
    this.#options = options
    this.#lines = lines
    this.restored = restored
    for (const line of lines.values()) this.#bytes += line.length
  }

  /**
   * Opens a file, or makes one that only its owner can read. Lines that are none are left out.
   * @throws what the file system refuses with
   */
  static async open(options: RecordFileOptions): Promise<RecordFile> {
    const { path, log } = options
    const records = new Map<string, { readonly line: string; readonly record: Json }>()
    let damaged = 0
    await using handle = await open(path, 'a+', 0o600)
    for await (const line of handle.readLines({ autoClose: false, start: 0 })) {
      const entry = entryOf(line)
      if (!entry) damaged++
      else if (entry.record === undefined) records.delete(entry.id)
      else records.set(entry.id, { line: `${line}\n`, record: entry.record })
    }
    if (damaged > 0) log.warn('lines that cannot be read were left out', { path, lines: damaged })
    const lines = new Map([...records].map(([id, { line }]) => [id, line]))
    const file = new RecordFile(
      { maxBytes: MAX_BYTES, ...options },
      lines,
      [...records.values()].map(({ record }) => record),
    )
    await file.#rewrite()
    return file
  }

  /** Keeps a record in place of the one with the same id. */
  put(id: string, record: Json): void {
    const line = `${JSON.stringify({ id, record })}\n`
    this.#bytes += line.length - (this.#lines.get(id)?.length ?? 0)
    this.#lines.set(id, line)
    this.#append(line)
    for (const oldest of this.#lines.keys()) {
      if (this.#bytes <= this.#options.maxBytes || oldest === id) break
      this.delete(oldest)
    }
  }

  delete(id: string): void {
    const line = this.#lines.get(id)
    if (line === undefined) return
    this.#lines.delete(id)
    this.#bytes -= line.length
    this.#append(`${JSON.stringify({ id })}\n`)
  }

  /** Resolves when everything is on the disk, or cannot be brought there. */
  async flush(): Promise<void> {
    await this.#writing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  #append(line: string): void {
    if (this.#pending.length < MAX_PENDING) this.#pending.push(line)
    else {
      this.#pending = []
      this.#isStale = true
    }
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
  }

  async #write(): Promise<void> {
    // What comes within the same turn is written at once.
    await Promise.resolve()
    while (this.#pending.length > 0) {
      try {
        const lines = this.#written + this.#pending.length
        if (this.#isStale || lines > 2 * this.#lines.size + SPARE_LINES) await this.#rewrite()
        else await this.#writePending()
        this.#isFailing = false
      } catch (error) {
        const { path, log } = this.#options
        if (!this.#isFailing) log.error('the state cannot be written', { path, error: messageOf(error) })
        this.#isFailing = true
        this.#isStale = true
        this.#pending = []
        return
      }
    }
  }

  async #writePending(): Promise<void> {
    const lines = this.#pending
    this.#pending = []
    await this.#handle?.appendFile(lines.join(''))
    await this.#handle?.datasync()
    this.#written += lines.length
  }

  /** Replaces the file, as a whole or not at all. */
  async #rewrite(): Promise<void> {
    const { path } = this.#options
    this.#pending = []
    const lines = [...this.#lines.values()]
    const next = await open(`${path}.new`, 'w', 0o600)
    try {
      await next.writeFile(lines.join(''))
      await next.datasync()
      await rename(`${path}.new`, path)
      await syncFolder(dirname(path))
    } catch (error) {
      await next.close()
      throw error
    }
    await this.#handle?.close()
    this.#handle = next
    this.#written = lines.length
    this.#isStale = false
  }
}

function entryOf(line: string): { readonly id: string; readonly record: Json | undefined } | undefined {
  try {
    const entry = parseJson(line)
    if (isJsonObject(entry) && typeof entry.id === 'string') return { id: entry.id, record: entry.record }
  } catch {
    return undefined
  }
  return undefined
}

/** Makes a rename last. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}
