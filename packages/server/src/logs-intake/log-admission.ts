import type { Clock } from '@opensovd/base'
import type { LogSink, NewLogEntry } from '@opensovd/core'
import { componentFor, type LogRule } from './log-rules.ts'
import { parseSyslog } from './syslog-message.ts'

/** Since the start. */
export interface LogIntakeCounters {
  /** Messages that came. */
  received: number
  /** Messages of programs that no rule is for. */
  unmapped: number
  /** Messages beyond the rate, and those too long or not to be told apart. */
  dropped: number
}

export interface LogAdmissionOptions {
  readonly clock: Clock
  readonly sink: LogSink
  readonly rules: readonly LogRule[]
  /** Messages a second, from all sources; five times as many may come at once. */
  readonly maxPerSecond: number
}

const BURST_SECONDS = 5

/** The one way in for what programs log, at a rate that is bounded. */
export class LogAdmission {
  readonly counters: LogIntakeCounters = { received: 0, unmapped: 0, dropped: 0 }
  readonly #options: LogAdmissionOptions
  #tokens: number
  #filledAtMs: number

  constructor(options: LogAdmissionOptions) {
    this.#options = options
    this.#tokens = options.maxPerSecond * BURST_SECONDS
    this.#filledAtMs = options.clock.monotonic()
  }

  /** Takes a message of syslog, or the beginning of one that was cut, which gets a mark. */
  syslog(bytes: Buffer, isCut = false): void {
    if (!this.#take()) return
    const text = bytes.toString('utf8')
    const { host, program, pid, ...entry } = parseSyslog(isCut ? `${text}…` : text)
    const componentId = componentFor(this.#options.rules, {
      ...(program === undefined ? {} : { program }),
      ...(host === undefined ? {} : { host }),
    })
    if (componentId === undefined) {
      this.counters.unmapped++
      return
    }
    const source = program ?? host ?? 'syslog'
    this.#write(componentId, {
      ...entry,
      source,
      context: { type: 'RFC5424', host: host ?? '-', process: source, ...(pid === undefined ? {} : { pid }) },
    })
  }

  /** Takes an entry that is known to be about a component. */
  entry(componentId: string, entry: NewLogEntry): void {
    if (this.#take()) this.#write(componentId, entry)
  }

  /** Counts messages that could not be made out. */
  drop(count: number): void {
    this.counters.received += count
    this.counters.dropped += count
  }

  #write(componentId: string, entry: NewLogEntry): void {
    this.#options.sink.write({ kind: 'component', id: componentId }, entry)
  }

  #take(): boolean {
    const { clock, maxPerSecond } = this.#options
    const nowMs = clock.monotonic()
    const filled = this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * maxPerSecond
    this.#tokens = Math.min(maxPerSecond * BURST_SECONDS, filled)
    this.#filledAtMs = nowMs
    this.counters.received++
    if (this.#tokens < 1) {
      this.counters.dropped++
      return false
    }
    this.#tokens--
    return true
  }
}
