import { type FileHandle, open } from 'node:fs/promises'
import { type Clock, type Logger, messageOf } from '@opensovd/base'
import {
  type FaultHistory,
  type FaultHistoryCounters,
  isWanted,
  type PastFault,
  type PastFaultQuery,
} from '@opensovd/core'
import { LineSplitter } from '../intake/line-splitter.ts'
import { lineOf, recordOf } from './past-fault-line.ts'
import { findSegments, removeSegment, type Segment, segmentAt } from './segments.ts'

export interface FileFaultHistoryOptions {
  /** A folder of its own; one process only may use it. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Logger
  /** What all files together may have; beyond it the oldest goes. */
  readonly maxBytes?: number
  /** What is older is no longer read, and goes with its file. */
  readonly maxAgeMs?: number
}

const DEFAULTS = { maxBytes: 256 * 1024 * 1024, maxAgeMs: 90 * 86_400_000 }
const SEGMENTS = 16
/** Records that wait to be written; further ones are lost. */
const MAX_WAITING = 20_000
/** What is longer is lost. */
const MAX_LINE_BYTES = 64 * 1024
/** Records are written together, but wait no longer than this. */
const WRITE_MS = 200
const CHUNK_BYTES = 64 * 1024

/**
 * A history in files of one JSON object a line. A record is in its file within a fraction of a second and survives the
 * end of the process from then on; a line that a crash cut is left out.
 */
export class FileFaultHistory implements FaultHistory, AsyncDisposable {
  readonly counters: FaultHistoryCounters = { recorded: 0, dropped: 0 }
  readonly #options: FileFaultHistoryOptions & typeof DEFAULTS
  readonly #segments: Segment[]
  #waiting: string[] = []
  #writing: Promise<void> = Promise.resolve()
  #cancel: (() => void) | undefined
  #handle: FileHandle | undefined
  #isFailing = false

  /** @throws Error what the file system says of the folder */
  static async open(options: FileFaultHistoryOptions): Promise<FileFaultHistory> {
    const segments = await findSegments(options.folder)
    const history = new FileFaultHistory(options, segments)
    await history.#forgetOld()
    return history
  }

  private constructor(options: FileFaultHistoryOptions, segments: Segment[]) {
    this.#options = { ...DEFAULTS, ...options }
    this.#segments = segments
  }

  append(past: PastFault): void {
    const line = this.#waiting.length < MAX_WAITING ? lineOf(past) : undefined
    if (line === undefined || Buffer.byteLength(line) > MAX_LINE_BYTES) {
      this.counters.dropped++
      return
    }
    this.counters.recorded++
    this.#waiting.push(line)
    this.#cancel ??= this.#options.clock.after(WRITE_MS, () => void this.flush())
  }

  /** Resolves when all that was appended is in its file, or lost for good. */
  flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async *read(query: PastFaultQuery, signal: AbortSignal): AsyncGenerator<PastFault> {
    await this.flush()
    const { clock, maxAgeMs } = this.#options
    const young = { ...query, fromMs: Math.max(query.fromMs ?? 0, clock.now() - maxAgeMs) }
    for (const segment of [...this.#segments]) {
      if (isOutside(segment, young)) continue
      for await (const past of this.#recordsOf(segment, signal)) if (isWanted(past, young)) yield past
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
    await this.#handle?.close()
    this.#handle = undefined
  }

  async *#recordsOf(segment: Segment, signal: AbortSignal): AsyncGenerator<PastFault> {
    const handle = await open(segment.path, 'r').catch(() => undefined)
    if (!handle) return
    const isClosed = segment !== this.#segments.at(-1)
    let [minMs, maxMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    try {
      for await (const line of linesOf(handle, segment.bytes, signal)) {
        const past = recordOf(line)
        if (!past) continue
        minMs = Math.min(minMs, past.atMs)
        maxMs = Math.max(maxMs, past.atMs)
        yield past
      }
      if (isClosed) segment.range = { minMs, maxMs }
    } finally {
      await handle.close()
    }
  }

  async #write(): Promise<void> {
    const lines = this.#waiting
    this.#waiting = []
    if (lines.length === 0) return
    try {
      await this.#put(lines.join(''))
      this.#isFailing = false
    } catch (error) {
      this.counters.recorded -= lines.length
      this.counters.dropped += lines.length
      if (!this.#isFailing) this.#options.log.error('the fault history cannot be written', { error: messageOf(error) })
      this.#isFailing = true
    }
  }

  async #put(text: string): Promise<void> {
    const { clock, folder } = this.#options
    let segment = this.#segments.at(-1)
    if (!segment || this.#isFull(segment)) {
      await this.#handle?.close()
      this.#handle = undefined
      segment = segmentAt(folder, (segment?.number ?? 0) + 1, clock.now())
      this.#segments.push(segment)
    }
    await this.#forgetOld()
    this.#handle ??= await open(segment.path, 'a', 0o600)
    await this.#handle.appendFile(text)
    await this.#handle.datasync()
    segment.bytes += Buffer.byteLength(text)
    segment.changedAtMs = clock.now()
  }

  #isFull({ bytes, madeAtMs }: Segment): boolean {
    const { clock, maxBytes, maxAgeMs } = this.#options
    return bytes >= maxBytes / SEGMENTS || clock.now() - madeAtMs >= maxAgeMs / SEGMENTS
  }

  /** Makes room for a file more, which is as long as two when all that waits is long. */
  async #forgetOld(): Promise<void> {
    const { clock, maxBytes, maxAgeMs } = this.#options
    let bytes = this.#segments.reduce((sum, segment) => sum + segment.bytes, (2 * maxBytes) / SEGMENTS)
    for (const segment of this.#segments.slice(0, -1)) {
      if (bytes <= maxBytes && segment.changedAtMs >= clock.now() - maxAgeMs) return
      this.#segments.shift()
      bytes -= segment.bytes
      await removeSegment(segment)
    }
  }
}

function isOutside({ range }: Segment, { fromMs, toMs }: PastFaultQuery): boolean {
  if (!range) return false
  return (fromMs !== undefined && range.maxMs < fromMs) || (toMs !== undefined && range.minMs > toMs)
}

/** The lines of the first `bytes` of a file. */
async function* linesOf(handle: FileHandle, bytes: number, signal: AbortSignal): AsyncGenerator<string> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  const lines = new LineSplitter(MAX_LINE_BYTES)
  for (let offset = 0; offset < bytes; ) {
    signal.throwIfAborted()
    const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK_BYTES, bytes - offset), offset)
    if (bytesRead === 0) return
    offset += bytesRead
    for (const line of lines.push(buffer.subarray(0, bytesRead))) if (line.bytes) yield line.bytes.toString('utf8')
  }
}
