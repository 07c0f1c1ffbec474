import { type Clock, Listeners, type Logger, messageOf, raceSignal, Scope, silentLogger } from '@opensovd/base'
import type { FaultRecord } from '../fault-record.ts'
import type { FaultSink } from '../fault-sink.ts'
import { LineQueue } from '../line-queue.ts'
import { IntakeSession } from './intake-session.ts'

export interface FaultClientOptions {
  /** The gateway's `intake_socket`. */
  readonly path: string
  readonly clock: Clock
  readonly log?: Logger
  /** Records kept while the gateway cannot be reached; beyond it the oldest go. */
  readonly maxBuffered?: number
}

export interface FaultClientCounters {
  /** Records given to `publish`. */
  published: number
  /** Records the gateway has dealt with, those it rejected among them. */
  delivered: number
  /** Records the gateway rejected. */
  rejected: number
  /** Records that were lost: for want of room, or because they are not JSON. */
  dropped: number
}

const MAX_BUFFERED = 1000
const FIRST_PAUSE_MS = 100
const LAST_PAUSE_MS = 5000

/** Opens a client, which connects in the background. */
export function openFaultClient(options: FaultClientOptions): FaultClient {
  return new FaultClient(options)
}

/**
 * Delivers records to the gateway over its socket, in order and at least once: what the gateway did not confirm is
 * sent again over the next connection.
 */
export class FaultClient implements FaultSink, AsyncDisposable {
  readonly counters: FaultClientCounters = { published: 0, delivered: 0, rejected: 0, dropped: 0 }
  readonly #options: FaultClientOptions
  readonly #log: Logger
  readonly #queue: LineQueue
  readonly #scope: Scope
  readonly #emptied: Listeners<void>
  #session: IntakeSession | undefined
  #isFilling = false
  #pauseMs = FIRST_PAUSE_MS

  constructor(options: FaultClientOptions) {
    this.#options = options
    this.#log = options.log ?? silentLogger
    this.#queue = new LineQueue(options.maxBuffered ?? MAX_BUFFERED)
    const onFailure = (error: unknown) => this.#log.error('reporting faults failed', { error: messageOf(error) })
    this.#scope = new Scope(onFailure)
    this.#emptied = new Listeners(onFailure)
    this.#scope.run((signal) => this.#run(signal))
  }

  /** Records that the gateway has not confirmed yet. */
  get buffered(): number {
    return this.#queue.length
  }

  publish(record: FaultRecord): void {
    this.counters.published++
    const line = this.#lineOf(record)
    if (line === undefined || this.#scope.signal.aborted || this.#queue.push(line)) this.counters.dropped++
    if (this.#isFilling) return
    this.#isFilling = true
    queueMicrotask(() => {
      this.#isFilling = false
      this.#session?.fill()
    })
  }

  /** Resolves when the gateway has dealt with all records; rejects with the signal's reason when that aborts first. */
  async flush(signal: AbortSignal): Promise<void> {
    if (this.#queue.length === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const end = this.#emptied.add(resolve)
    await raceSignal(promise, signal).finally(end)
  }

  /** Ends the connection. What is still buffered is lost: flush before. */
  close(): Promise<void> {
    return this.#scope.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { path, clock } = this.#options
    for (let isOut = false; !signal.aborted; ) {
      const session = new IntakeSession(path, this.#queue, {
        onOpen: () => {
          isOut = false
          this.#session = session
        },
        onArrived: (count) => this.#arrived(count),
        onRejected: (reason) => this.#rejected(reason),
      })
      const reason = await session.run(signal)
      this.#session = undefined
      this.#queue.rewind()
      if (signal.aborted) return
      if (!isOut) this.#log.warn('the gateway cannot be told of faults', { path, reason })
      isOut = true
      await clock.sleep(this.#pauseMs * (0.5 + clock.random() / 2), signal)
      this.#pauseMs = Math.min(this.#pauseMs * 2, LAST_PAUSE_MS)
    }
  }

  #arrived(count: number): void {
    this.counters.delivered += count
    this.#pauseMs = FIRST_PAUSE_MS
    if (this.#queue.length === 0) this.#emptied.notify()
  }

  #rejected(reason: string): void {
    this.counters.rejected++
    this.#log.warn('the gateway rejected a fault record', { reason })
  }

  #lineOf(record: FaultRecord): string | undefined {
    const { time = new Date(this.#options.clock.now()).toISOString() } = record
    try {
      return `${JSON.stringify({ ...record, time })}\n`
    } catch (error) {
      this.#log.warn('a fault record is not JSON', { error: messageOf(error) })
      return undefined
    }
  }
}
