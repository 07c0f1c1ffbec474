import { type Clock, raceSignal } from '@opensovd/base'
import type { CallContext, LockFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { ApiClient } from '../sovd/api-client.ts'
import { listOf, objectOf, requiredText } from '../sovd/shape.ts'
import { isLockedByAnother, isLockMissing } from './cda-error.ts'
import { segment } from './path.ts'

export interface SourceLockOptions {
  readonly api: ApiClient
  readonly clock: Clock
  /** Of what is locked: a component, a functional group, or nothing for the vehicle. */
  readonly path: string
  /** What a request may take. */
  readonly timeoutMs: number
  /** See `CdaBackendOptions`. */
  readonly automaticSeconds: number
}

/** What is longer than a request by this is there until the request is over. */
const MARGIN_SECONDS = 5

/**
 * The adapter's lock on one thing: held as long as a client has a lock of ours on it, and otherwise for the requests
 * that the adapter allows under a lock only. Requests for the lock go to the adapter one after the other.
 */
export class SourceLock implements LockFacet {
  readonly #options: SourceLockOptions
  readonly #collection: string
  #held: { readonly id: string; readonly untilMs: number } | undefined
  /** Whether there may be a lock that we were not told of. */
  #mayHaveMore = false
  #clientUntilMs = 0
  #lingerUntilMs = 0
  #users = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SourceLockOptions) {
    this.#options = options
    this.#collection = `${options.path}/locks`
  }

  acquire(seconds: number, { signal }: CallContext): Promise<void> {
    return this.#inTurn(signal, async () => {
      await this.#take(seconds)
      this.#clientUntilMs = this.#now + seconds * 1000
    })
  }

  release({ signal }: CallContext): Promise<void> {
    return this.#inTurn(signal, () => {
      this.#clientUntilMs = 0
      this.#lingerUntilMs = 0
      return this.#dropIfIdle()
    })
  }

  /**
   * Does something under the lock; again, if the adapter forgot the lock.
   * @param outlives whether the lock is wanted for a while afterwards
   * @throws SovdError `conflict` when another has a lock, or when there has to be one of a client and is none
   */
  async use<T>(context: CallContext, action: () => Promise<T>, outlives?: (result: T) => boolean): Promise<T> {
    const { automaticSeconds } = this.#options
    if (automaticSeconds === 0 && this.#clientUntilMs <= this.#now) throw lockNeeded()
    const seconds = this.#requestSeconds + (outlives ? automaticSeconds : 0)
    this.#users++
    try {
      const result = await this.#underLock(context, seconds, action)
      if (outlives?.(result)) this.#lingerUntilMs = this.#now + automaticSeconds * 1000
      return result
    } finally {
      this.#users--
      await this.#inTurn(context.signal, () => this.#dropIfIdle()).catch(() => {})
    }
  }

  /** Keeps the lock of a `use`, this one or an earlier one, for a while longer. */
  async linger({ signal }: CallContext): Promise<void> {
    const { automaticSeconds } = this.#options
    const isWanted = this.#users > 0 || this.#lingerUntilMs > 0
    if (!isWanted || automaticSeconds === 0 || this.#clientUntilMs > this.#now) return
    this.#lingerUntilMs = this.#now + automaticSeconds * 1000
    const isLong = this.#held !== undefined && this.#held.untilMs - this.#now > automaticSeconds * 500
    if (!isLong) await this.#inTurn(signal, () => this.#take(automaticSeconds))
  }

  get #now(): number {
    return this.#options.clock.monotonic()
  }

  get #requestSeconds(): number {
    return Math.ceil(this.#options.timeoutMs / 1000) + MARGIN_SECONDS
  }

  async #underLock<T>({ signal }: CallContext, seconds: number, action: () => Promise<T>): Promise<T> {
    await this.#inTurn(signal, () => this.#ensure(seconds))
    try {
      return await action()
    } catch (error) {
      if (isLockedByAnother(error)) throw inTheWay(error)
      if (!isLockMissing(error)) throw error
      this.#held = undefined
      await this.#inTurn(signal, () => this.#ensure(seconds))
      return action()
    }
  }

  async #ensure(seconds: number): Promise<void> {
    if (this.#held && this.#held.untilMs - this.#now >= seconds * 1000) return
    await this.#take(seconds)
  }

  /** The adapter extends a lock that is ours already, and would shorten it as well. */
  async #take(seconds: number): Promise<void> {
    const { api } = this.#options
    const term = Math.ceil(Math.max(seconds, (this.#clientUntilMs - this.#now) / 1000))
    const untilMs = this.#now + term * 1000
    const request = { method: 'POST', path: this.#collection, body: { lock_expiration: term } } as const
    try {
      const id = await api.change(request, unending(), ({ json }) => requiredText(objectOf(json), 'id'))
      this.#held = { id, untilMs }
    } catch (error) {
      if (error instanceof SovdError && (error.code === 'forbidden' || error.code === 'conflict')) {
        this.#held = undefined
        throw refusal(error)
      }
      this.#mayHaveMore = true
      throw error
    }
  }

  async #dropIfIdle(): Promise<void> {
    const now = this.#now
    if (this.#users > 0 || this.#clientUntilMs > now || this.#lingerUntilMs > now) return
    this.#lingerUntilMs = 0
    const ids = this.#mayHaveMore ? await this.#ownIds() : this.#held ? [this.#held.id] : []
    for (const id of ids) await this.#delete(id)
    this.#held = undefined
    this.#mayHaveMore = false
  }

  async #ownIds(): Promise<readonly string[]> {
    const locks = await this.#options.api.get(this.#collection, unending(), (json) =>
      listOf(json, 'items', (item) => ({ id: requiredText(item, 'id'), isOwn: item.owned === true })),
    )
    return locks.flatMap(({ id, isOwn }) => (isOwn ? [id] : []))
  }

  /** A lock that the adapter does not know, or not as ours, is released. */
  async #delete(id: string): Promise<void> {
    const path = `${this.#collection}/${segment(id)}`
    try {
      await this.#options.api.change({ method: 'DELETE', path }, unending(), () => {})
    } catch (error) {
      if (!(error instanceof SovdError) || !GONE.has(error.code)) throw error
    }
  }

  /** What was begun goes on when nobody waits for it any more: only so it is known how it ends. */
  #inTurn<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(task)
    this.#turn = run.catch(() => {})
    return raceSignal(run, signal)
  }
}

const GONE: ReadonlySet<SovdError['code']> = new Set(['not-found', 'forbidden', 'conflict'])

/** A context that ends by the deadline of the request alone. */
function unending(): CallContext {
  return { signal: new AbortController().signal }
}

function lockNeeded(): SovdError {
  return new SovdError('conflict', 'the adapter allows this under a lock only: lock the entity first', { byLock: true })
}

/** The adapter lets nobody change any ECU while another client has a lock on one. */
function inTheWay(cause: SovdError): SovdError {
  return new SovdError('conflict', `another client of the adapter has a lock: ${cause.message}`, {
    cause,
    byLock: true,
  })
}

/** The adapter refuses with 403 who is not the owner of the locks there are. */
function refusal(cause: SovdError): SovdError {
  const { message, details } = cause
  return new SovdError('conflict', `the adapter gives no lock: ${message}`, {
    cause,
    byLock: true,
    ...(details === undefined ? {} : { details }),
  })
}
