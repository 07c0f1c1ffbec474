import { type FileHandle, open, stat } from 'node:fs/promises'
import { type Clock, type Logger, messageOf } from '@opensovd/base'
import { LineSplitter } from '../intake/line-splitter.ts'

export interface FileTailOptions {
  readonly path: string
  readonly clock: Clock
  readonly log: Logger
  /** Is given each line that is written from now on, without its end. */
  readonly onLine: (line: string) => void
  /** Is told of each line that is longer than 16 KiB, which is left out. */
  readonly onTooLong: () => void
}

const POLL_MS = 500
const MAX_LINE_BYTES = 16 * 1024
const CHUNK_BYTES = 64 * 1024
/** Of one file at a time; what is beyond it waits for the next look. */
const MAX_CHUNKS = 16

interface OpenFile {
  readonly handle: FileHandle
  /** What tells it from another file in its place. */
  readonly identity: string
  offset: number
  lines: LineSplitter
}

/**
 * Follows a log file through its rotations: a file that was moved away is read to its end before the new one, one
 * that became shorter is read from the beginning. What was in the file when the following began is not read.
 */
export class FileTail implements AsyncDisposable {
  readonly #options: FileTailOptions
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  #file: OpenFile | undefined
  #isFirst = true
  #problem: string | undefined

  constructor(options: FileTailOptions) {
    this.#options = options
  }

  /** Looks again and again until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look()
      await this.#options.clock.sleep(POLL_MS, signal).catch(() => {})
    }
  }

  /** Reads what was written since the last look. A file that cannot be read is told of once. */
  async look(): Promise<void> {
    try {
      await this.#look()
      this.#problem = undefined
    } catch (error) {
      const message = messageOf(error)
      if (message !== this.#problem) this.#options.log.warn('a log file cannot be read', { error: message })
      this.#problem = message
    } finally {
      this.#isFirst = false
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }

  async #look(): Promise<void> {
    const identity = await identityOf(this.#options.path)
    if (this.#file && this.#file.identity !== identity) {
      if (!(await this.#read(this.#file))) return
      await this.#close()
    }
    if (identity === undefined) return
    this.#file ??= await this.#open()
    await this.#read(this.#file)
  }

  async #open(): Promise<OpenFile> {
    const handle = await open(this.#options.path, 'r')
    try {
      const { dev, ino, size } = await handle.stat()
      const offset = this.#isFirst ? size : 0
      return { handle, identity: `${dev} ${ino}`, offset, lines: new LineSplitter(MAX_LINE_BYTES) }
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Returns whether it came to the end. */
  async #read(file: OpenFile): Promise<boolean> {
    const { size } = await file.handle.stat()
    if (size < file.offset) {
      file.offset = 0
      file.lines = new LineSplitter(MAX_LINE_BYTES)
    }
    for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
      const { bytesRead } = await file.handle.read(this.#buffer, 0, CHUNK_BYTES, file.offset)
      if (bytesRead === 0) return true
      file.offset += bytesRead
      for (const { bytes } of file.lines.push(this.#buffer.subarray(0, bytesRead))) this.#take(bytes)
    }
    return false
  }

  #take(bytes: Buffer | undefined): void {
    const line = bytes?.toString('utf8').replace(/\r$/, '')
    if (line === undefined) this.#options.onTooLong()
    else if (line !== '') this.#options.onLine(line)
  }

  /** What comes after the last newline is a line too, once nothing can be added to it. */
  async #close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    if (!file) return
    const last = file.lines.end()
    if (last) this.#take(last.bytes)
    await file.handle.close()
  }
}

/** `undefined` while there is no file. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path)
    return `${dev} ${ino}`
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
