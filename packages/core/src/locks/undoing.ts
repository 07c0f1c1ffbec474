import { type Clock, type Logger, messageOf, raceSignal, Scope, withTimeout } from '@opensovd/base'
import { type ResourceCollection, SovdError } from '@opensovd/sovd'
import type { CallContext } from '../ports/call-context.ts'
import { type EntityRef, keyOf } from './lock.ts'

/** Something done under a lock that is not to outlive it. */
export interface Change {
  readonly entity: EntityRef
  readonly collection: ResourceCollection
  /** What was changed: of several changes of the same, only the state before the first one matters. */
  readonly name: string
  /** Resolves when it is over, to whether it may have had an effect. */
  readonly effect: Promise<boolean>
  readonly undo: (context: CallContext) => Promise<void>
}

interface Queue {
  /** In the order of undoing. */
  readonly pending: Map<string, { readonly change: Change; attempts: number }>
  /** What is being undone just now. */
  current: { readonly name: string; readonly done: Promise<unknown> } | undefined
}

export interface UndoingOptions {
  readonly clock: Clock
  readonly log: Logger
}

const MAX_ATTEMPTS = 5
const RETRY_MS = 2000
const ATTEMPT_LIMIT_MS = 10_000
/** What closing waits for; the process is about to end. */
const CLOSE_LIMIT_MS = 900

/**
 * Undoes changes in the background: of one entity one after the other, the last done first, because what came
 * first may be what allowed the rest; different entities at the same time. What fails is tried again a few times.
 */
export class Undoing implements AsyncDisposable {
  readonly #options: UndoingOptions
  readonly #queues = new Map<string, Queue>()
  readonly #running = new Set<Promise<void>>()
  /** Aborts when there is no more time to wait. */
  readonly #closing = new AbortController()
  readonly #scope: Scope

  constructor(options: UndoingOptions) {
    this.#options = options
    this.#scope = new Scope((error) => options.log.error('undoing failed', { error: messageOf(error) }))
  }

  /** @param changes in the order in which they were done */
  undo(changes: readonly Change[]): void {
    for (const change of changes.toReversed()) {
      const key = keyOf(change.entity)
      const queue = this.#queues.get(key)
      if (queue) queue.pending.set(change.name, { change, attempts: 0 })
      else this.#start(key, change)
    }
  }

  /**
   * Gives up undoing something that is about to be changed anew. Resolves when it is not being undone.
   * @param signal ends the waiting
   */
  async supersede(entity: EntityRef, name: string, signal: AbortSignal): Promise<void> {
    const queue = this.#queues.get(keyOf(entity))
    queue?.pending.delete(name)
    if (queue?.current?.name === name) await raceSignal(queue.current.done, signal)
  }

  /** Tries what is left once more, for a short while. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { clock } = this.#options
    this.#closing.abort()
    const inTime = new AbortController()
    const limit = clock.sleep(CLOSE_LIMIT_MS, inTime.signal).catch(() => {})
    await Promise.race([Promise.all(this.#running), limit])
    inTime.abort()
    await this.#scope.close()
  }

  #start(key: string, change: Change): void {
    const queue: Queue = { pending: new Map([[change.name, { change, attempts: 0 }]]), current: undefined }
    this.#queues.set(key, queue)
    this.#scope.run((signal) => {
      const running = this.#run(key, queue, signal).finally(() => this.#running.delete(running))
      this.#running.add(running)
      return running
    })
  }

  async #run(key: string, queue: Queue, signal: AbortSignal): Promise<void> {
    while (queue.pending.size > 0) {
      for (const [name, entry] of queue.pending) {
        const attempt = this.#attempt(entry.change, ++entry.attempts, signal)
        queue.current = { name, done: attempt }
        const isOver = await attempt
        queue.current = undefined
        if (isOver && queue.pending.get(name) === entry) queue.pending.delete(name)
      }
      if (queue.pending.size > 0) await this.#options.clock.sleep(RETRY_MS, this.#closing.signal).catch(() => {})
    }
    this.#queues.delete(key)
  }

  /** Returns whether there is nothing more to do: it is undone, or given up. */
  async #attempt(change: Change, attempt: number, signal: AbortSignal): Promise<boolean> {
    const { clock, log } = this.#options
    const late = () => new SovdError('gateway-timeout', 'undoing took too long')
    try {
      await withTimeout(clock, ATTEMPT_LIMIT_MS, late, signal, async (attemptSignal) => {
        if (!(await raceSignal(change.effect, attemptSignal))) return
        await raceSignal(change.undo({ signal: attemptSignal }), attemptSignal)
      })
      return true
    } catch (error) {
      const isLast = attempt >= MAX_ATTEMPTS || this.#closing.signal.aborted
      const fields = { entity: keyOf(change.entity), change: change.name, attempt, error: messageOf(error) }
      if (isLast) log.error('what was done under a lock could not be undone', fields)
      else log.warn('undoing what was done under a lock failed; it is tried again', fields)
      return isLast
    }
  }
}
