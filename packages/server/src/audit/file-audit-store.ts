import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { type Clock, type Logger, messageOf } from '@opensovd/base'
import type { AuditEntry, AuditStore, ChainLink } from '@opensovd/core'
import { LineSplitter } from '../intake/line-splitter.ts'
import { type ChainEnds, readEnds, writeEnds } from './chain-ends.ts'
import { entryOf, lineOf, linkOf } from './entry-line.ts'
import { cutTornLine, findSegments, type Segment, segmentAt } from './segments.ts'

export interface FileAuditStoreOptions {
  /** A folder of its own; one process only may use it. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Logger
  /** What all files together may have; beyond it the oldest goes. */
  readonly maxBytes?: number
  /** Newest entries that are read when it is opened. */
  readonly maxRestored?: number
}

const DEFAULTS = { maxBytes: 64 * 1024 * 1024, maxRestored: 10_000 }
const SEGMENTS = 8
/** Entries are written together, but wait no longer than this. */
const WRITE_MS = 200
/** When writing failed. */
const RETRY_MS = 5000
/** Entries that wait to be written; further ones are lost, and the chain in the files is broken then. */
const MAX_WAITING = 50_000
const MAX_LINE_BYTES = 64 * 1024

/**
 * The chain in files of one entry a line, and one file that says where it begins and ends. An entry is on the disk
 * within a fraction of a second; a line that a crash cut is removed, and the log is told.
 */
export class FileAuditStore implements AuditStore, AsyncDisposable {
  readonly #options: FileAuditStoreOptions & typeof DEFAULTS
  readonly #segments: Segment[] = []
  readonly #restored: AuditEntry[] = []
  #ends: ChainEnds
  #head: ChainLink
  #waiting: AuditEntry[] = []
  #writing: Promise<void> = Promise.resolve()
  #cancel: (() => void) | undefined
  #handle: FileHandle | undefined
  #isFailing = false

  /** @throws Error what the file system says of the folder; TypeError when the file with the ends is damaged */
  static async open(options: FileAuditStoreOptions): Promise<FileAuditStore> {
    const segments = await findSegments(options.folder)
    const store = new FileAuditStore(options, await readEnds(options.folder))
    await store.#restore(segments)
    return store
  }

  private constructor(options: FileAuditStoreOptions, ends: ChainEnds) {
    this.#options = { ...DEFAULTS, ...options }
    this.#ends = ends
    this.#head = ends.head
  }

  get restored(): readonly AuditEntry[] {
    return this.#restored
  }

  get anchor(): ChainLink {
    return this.#ends.anchor
  }

  get head(): ChainLink {
    return this.#head
  }

  append(entry: AuditEntry): void {
    if (this.#waiting.length >= MAX_WAITING) return
    this.#waiting.push(entry)
    this.#writeAfter(WRITE_MS)
  }

  /** Resolves when all that was appended is in its file, or could not be written for now. */
  flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async *read(signal: AbortSignal): AsyncGenerator<AuditEntry> {
    await this.flush()
    const segments = this.#segments.map((segment) => ({ ...segment }))
    const waiting = [...this.#waiting]
    for (const segment of segments) yield* entriesOf(segment, signal)
    yield* waiting
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
    this.#cancel?.()
    await this.#handle?.close()
    this.#handle = undefined
  }

  /** Takes over what an earlier process left; what it was about to remove is removed. */
  async #restore(segments: readonly Segment[]): Promise<void> {
    const { log, maxRestored } = this.#options
    const { signal } = new AbortController()
    const last = segments.at(-1)
    const torn = last ? await cutTornLine(last) : 0
    if (torn > 0)
      log.warn('the audit trail ended in a torn entry, which was cut off', { path: last?.path, bytes: torn })
    for (const segment of segments) {
      let lastEntry: AuditEntry | undefined
      for await (const entry of entriesOf(segment, signal)) {
        lastEntry = entry
        if (entry.seq <= this.anchor.seq) continue
        if (entry.seq > this.#head.seq) this.#head = linkOf(entry)
        this.#restored.push(entry)
        if (this.#restored.length >= 2 * maxRestored) this.#restored.splice(0, maxRestored)
      }
      if (segment !== last && lastEntry && lastEntry.seq <= this.anchor.seq) await rm(segment.path, { force: true })
      else this.#segments.push(segment)
    }
    this.#restored.splice(0, this.#restored.length - maxRestored)
  }

  #writeAfter(delayMs: number): void {
    this.#cancel ??= this.#options.clock.after(delayMs, () => void this.flush())
  }

  async #write(): Promise<void> {
    const entries = [...this.#waiting]
    const last = entries.at(-1)
    if (!last) return
    try {
      await this.#put(entries)
      this.#head = linkOf(last)
      await this.#settle({ ...this.#ends, head: this.#head })
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) this.#options.log.error('the audit trail cannot be written', { error: messageOf(error) })
      this.#isFailing = true
      this.#writeAfter(RETRY_MS)
    }
  }

  async #put(entries: readonly AuditEntry[]): Promise<void> {
    const { folder, maxBytes } = this.#options
    const text = entries.map(lineOf).join('')
    let segment = this.#segments.at(-1)
    if (!segment || segment.bytes >= maxBytes / SEGMENTS) {
      await this.#handle?.close()
      this.#handle = undefined
      segment = segmentAt(folder, (segment?.number ?? 0) + 1)
      this.#segments.push(segment)
      await this.#forgetOld()
    }
    this.#handle ??= await open(segment.path, 'a', 0o600)
    await this.#handle.truncate(segment.bytes)
    await this.#handle.appendFile(text)
    await this.#handle.datasync()
    segment.bytes += Buffer.byteLength(text)
    this.#waiting = this.#waiting.slice(entries.length)
  }

  /** Before a file goes, its last entry becomes the anchor, so that the rest is still a whole chain. */
  async #forgetOld(): Promise<void> {
    const { maxBytes } = this.#options
    const { signal } = new AbortController()
    let bytes = this.#segments.reduce((sum, segment) => sum + segment.bytes, maxBytes / SEGMENTS)
    for (const segment of this.#segments.slice(0, -1)) {
      if (bytes <= maxBytes) return
      let last: AuditEntry | undefined
      for await (const entry of entriesOf(segment, signal)) last = entry
      if (last) await this.#settle({ ...this.#ends, anchor: linkOf(last) })
      this.#segments.shift()
      bytes -= segment.bytes
      await rm(segment.path, { force: true })
    }
  }

  async #settle(ends: ChainEnds): Promise<void> {
    await writeEnds(this.#options.folder, ends)
    this.#ends = ends
  }
}

/** The entries of a segment as far as it was written; nothing of one that is gone. */
async function* entriesOf({ path, bytes }: Segment, signal: AbortSignal): AsyncGenerator<AuditEntry> {
  if (bytes === 0) return
  const lines = new LineSplitter(MAX_LINE_BYTES)
  try {
    for await (const chunk of createReadStream(path, { end: bytes - 1 })) {
      signal.throwIfAborted()
      for (const line of lines.push(chunk)) {
        const entry = line.bytes && entryOf(line.bytes.toString('utf8'))
        if (entry) yield entry
      }
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
