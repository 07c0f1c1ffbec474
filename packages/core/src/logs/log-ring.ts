import type { LogEntry } from '../facets/logs.ts'

interface Kept {
  readonly entry: LogEntry
  readonly characters: number
}

/** Entries in the order in which they came, from the front of which the oldest are dropped. */
export class LogRing {
  #kept: Kept[] = []
  #first = 0
  #characters = 0

  get size(): number {
    return this.#kept.length - this.#first
  }

  /** What they take. */
  get characters(): number {
    return this.#characters
  }

  add(entry: LogEntry): void {
    const characters = charactersOf(entry)
    this.#kept.push({ entry, characters })
    this.#characters += characters
  }

  dropOldest(): void {
    const oldest = this.#kept[this.#first]
    if (!oldest) return
    this.#characters -= oldest.characters
    this.#first++
    if (this.#first * 2 < this.#kept.length) return
    this.#kept = this.#kept.slice(this.#first)
    this.#first = 0
  }

  entries(): readonly LogEntry[] {
    return this.#kept.slice(this.#first).map(({ entry }) => entry)
  }
}

/** What an entry takes beside its texts. */
const OVERHEAD = 100

function charactersOf({ source, message, data, context }: LogEntry): number {
  const rest = (data === undefined ? 0 : JSON.stringify(data).length) + (context ? JSON.stringify(context).length : 0)
  return OVERHEAD + source.length + message.length + rest
}
