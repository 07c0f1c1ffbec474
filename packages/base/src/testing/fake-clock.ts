import { type Clock, sleepWith } from '../clock.ts'

interface Timer {
  readonly dueMs: number
  readonly task: () => void
}

/** A clock that stands still until the test moves it. `random()` is a seeded sequence. */
export class FakeClock implements Clock {
  #elapsedMs = 0
  #seed: number
  readonly #epochMs: number
  readonly #timers = new Set<Timer>()

  constructor(options: { epochMs?: number; seed?: number } = {}) {
    this.#epochMs = options.epochMs ?? Date.UTC(2026, 0, 1)
    this.#seed = options.seed ?? 1
  }

  now(): number {
    return this.#epochMs + this.#elapsedMs
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepWith((delay, task) => this.after(delay, task), ms, signal)
  }

  after(ms: number, task: () => void): () => void {
    const timer: Timer = { dueMs: this.#elapsedMs + Math.max(0, ms), task }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  random(): number {
    // Park and Miller's minimal standard generator.
    this.#seed = (this.#seed * 48271) % 2147483647
    return this.#seed / 2147483647
  }

  /** Timers that have not fired and were not cancelled. */
  get pending(): number {
    return this.#timers.size
  }

  /** Moves time forward by `ms`, firing what is due in order and letting promises settle after each firing. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms
    await settle()
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#timers.delete(next)
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs)
      next.task()
      await settle()
    }
    this.#elapsedMs = endMs
  }

  #next(endMs: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer
    }
    return first
  }
}

/** Lets every promise that can settle without time or I/O do so. */
export async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}
