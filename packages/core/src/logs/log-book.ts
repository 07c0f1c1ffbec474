import type { Clock } from '@opensovd/base'
import type { LogEntry, LogSeverity } from '../facets/logs.ts'
import { type EntityRef, keyOf } from '../locks/lock.ts'
import { LogLevels } from './log-levels.ts'
import { LogRing } from './log-ring.ts'
import type { LogSink, NewLogEntry } from './log-sink.ts'

export interface LogBookOptions {
  readonly clock: Clock
  /** Entries less severe are not kept, unless a client of the entity wants them. */
  readonly leastSeverity?: LogSeverity
  readonly maxEntriesPerEntity?: number
  readonly maxEntities?: number
  /** Characters of all entries together. */
  readonly maxCharacters?: number
  /** What is told to others as well: its entries are among those here, and its levels count. */
  readonly shared?: LogBook
}

/** Since the start. */
export interface LogCounters {
  /** Entries that came. */
  received: number
  /** Entries not severe enough to be kept. */
  belowLevel: number
  /** Entries that made room for others. */
  evicted: number
}

const DEFAULTS = {
  leastSeverity: 'info',
  maxEntriesPerEntity: 1000,
  maxEntities: 1000,
  maxCharacters: 16 * 1024 * 1024,
} as const

/** Longer messages are cut. */
const MAX_MESSAGE = 8192

/**
 * What the gateway itself has to tell of its entities: its own events, and what it takes in from programs. Each entity
 * has room for so many entries; when all of them together are too long, the entity with most gives up its oldest.
 */
export class LogBook implements LogSink {
  readonly levels: LogLevels
  readonly counters: LogCounters = { received: 0, belowLevel: 0, evicted: 0 }
  readonly #options: Required<Omit<LogBookOptions, 'shared'>>
  readonly #shared: LogBook | undefined
  /** By entity, the one that was written to last at the end. */
  readonly #rings = new Map<string, LogRing>()
  #characters = 0

  constructor(options: LogBookOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#shared = options.shared
    this.levels = options.shared?.levels ?? new LogLevels(this.#options.leastSeverity)
  }

  write(entity: EntityRef, entry: NewLogEntry): void {
    this.counters.received++
    if (!this.levels.admits(entity, entry)) {
      this.counters.belowLevel++
      return
    }
    const ring = this.#ringOf(keyOf(entity))
    this.#change(ring, () => ring.add(this.now(entry)))
    if (ring.size > this.#options.maxEntriesPerEntity) this.#drop(ring)
    while (this.#characters > this.#options.maxCharacters) this.#drop(this.#longest())
  }

  /** Oldest first, in the order in which they came; with those that are shared, by their times. */
  of(entity: EntityRef): readonly LogEntry[] {
    const own = this.#rings.get(keyOf(entity))?.entries() ?? []
    const others = this.#shared?.of(entity) ?? []
    return others.length === 0
      ? own
      : [...others, ...own].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
  }

  /** The entry that `entry` is now, without keeping it. */
  now({ timestamp, message, ...rest }: NewLogEntry): LogEntry {
    return {
      timestamp: timestamp ?? new Date(this.#options.clock.now()).toISOString(),
      message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message,
      ...rest,
    }
  }

  #ringOf(key: string): LogRing {
    const ring = this.#rings.get(key) ?? this.#addRing()
    this.#rings.delete(key)
    this.#rings.set(key, ring)
    return ring
  }

  #addRing(): LogRing {
    const [oldest] = this.#rings
    if (oldest && this.#rings.size >= this.#options.maxEntities) {
      const [key, ring] = oldest
      this.#rings.delete(key)
      this.#characters -= ring.characters
      this.counters.evicted += ring.size
    }
    return new LogRing()
  }

  #drop(ring: LogRing): void {
    this.#change(ring, () => ring.dropOldest())
    this.counters.evicted++
  }

  #change(ring: LogRing, change: () => void): void {
    const before = ring.characters
    change()
    this.#characters += ring.characters - before
  }

  #longest(): LogRing {
    return [...this.#rings.values()].reduce((longest, ring) => (ring.characters > longest.characters ? ring : longest))
  }
}
