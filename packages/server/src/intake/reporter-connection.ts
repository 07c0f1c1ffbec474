import { isUtf8 } from 'node:buffer'
import type { Socket } from 'node:net'
import { type Clock, type Logger, messageOf } from '@opensovd/base'
import type { FaultManager, FaultRecord } from '@opensovd/core'
import { parseBody } from '../http/body.ts'
import { type Line, LineSplitter } from './line-splitter.ts'
import { parseFaultRecord } from './parse-record.ts'

export const MAX_LINE_BYTES = 64 * 1024
/** Answers that the reporter does not read are held back up to here, and left out beyond. */
const MAX_UNREAD_BYTES = 64 * 1024
/** A reporter is not read for a while after so many lines that were rejected. */
const REJECTED_BEFORE_PAUSE = 100
const PAUSE_MS = 100

export interface IntakeCounters {
  /** Connections so far. */
  connections: number
  /** Connections refused because there were too many. */
  refused: number
  /** Lines that held a record that was taken. */
  accepted: number
  rejected: number
}

export interface ReporterConnectionOptions {
  readonly faults: FaultManager
  readonly clock: Clock
  readonly log: Logger
  readonly counters: IntakeCounters
}

/**
 * Takes records from one reporter, a line each, until it ends the stream. A reporter that is too fast is read no
 * faster than its records may come. It is told of each line that was rejected, `{"line":3,"reason":"…"}`, and from
 * time to time how many lines were dealt with, `{"lines":120}`.
 */
export class ReporterConnection {
  readonly #socket: Socket
  readonly #options: ReporterConnectionOptions
  readonly #lines = new LineSplitter(MAX_LINE_BYTES)
  #rejected = 0
  #done = 0

  constructor(socket: Socket, options: ReporterConnectionOptions) {
    this.#socket = socket
    this.#options = options
  }

  /** Resolves when the connection is over, for whatever reason. The signal cuts it. */
  async serve(signal: AbortSignal): Promise<void> {
    const socket = this.#socket
    const cut = () => socket.destroy()
    signal.addEventListener('abort', cut, { once: true })
    try {
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        for (const line of this.#lines.push(chunk)) {
          const pause = this.#take(line, signal)
          if (pause !== undefined) await pause
        }
        this.#acknowledge()
      }
      const last = this.#lines.end()
      if (last) {
        await this.#take(last, signal)
        this.#acknowledge()
      }
      socket.end()
    } catch (error) {
      if (!signal.aborted) this.#options.log.debug('a reporter was lost', { error: messageOf(error) })
      socket.destroy()
    } finally {
      signal.removeEventListener('abort', cut)
    }
  }

  /** Takes one line; returns a promise only where there is something to wait for. */
  #take(line: Line, signal: AbortSignal): Promise<void> | undefined {
    this.#done = line.number
    const record = recordIn(line)
    if (record === undefined) return undefined
    if ('reason' in record) return this.#reject(line, record.reason, signal)
    return this.#report(line, record, signal)
  }

  #report(line: Line, record: FaultRecord, signal: AbortSignal): Promise<void> | undefined {
    const { faults, clock, counters } = this.#options
    const refusal = faults.report(record)
    if (!refusal) {
      counters.accepted++
      return undefined
    }
    if (refusal.retryAfterMs === undefined) return this.#reject(line, refusal.message, signal)
    return clock.sleep(refusal.retryAfterMs, signal).then(() => this.#report(line, record, signal))
  }

  #reject({ number }: Line, reason: string, signal: AbortSignal): Promise<void> | undefined {
    const { clock, log, counters } = this.#options
    counters.rejected++
    if (this.#rejected === 0) log.debug('a reporter sends lines that are rejected', { line: number, reason })
    this.#rejected++
    this.#answer({ line: number, reason })
    return this.#rejected % REJECTED_BEFORE_PAUSE === 0 ? clock.sleep(PAUSE_MS, signal) : undefined
  }

  #acknowledge(): void {
    this.#answer({ lines: this.#done })
  }

  #answer(answer: object): void {
    const socket = this.#socket
    if (socket.writable && socket.writableLength < MAX_UNREAD_BYTES) socket.write(`${JSON.stringify(answer)}\n`)
  }
}

/** The record in a line, why there is none, or nothing for an empty line. */
function recordIn({ bytes }: Line): ReturnType<typeof parseFaultRecord> | undefined {
  if (!bytes) return { reason: `the line is longer than ${MAX_LINE_BYTES} bytes` }
  if (!isUtf8(bytes)) return { reason: 'the line is not UTF-8' }
  try {
    const value = parseBody(bytes.toString('utf8'))
    return value === undefined ? undefined : parseFaultRecord(value)
  } catch (error) {
    return { reason: messageOf(error).replace('the body', 'the line') }
  }
}
