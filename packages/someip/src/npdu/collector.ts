import type { Clock } from '@opensovd/base'

/** How long a message may wait for others to share its datagram. */
export interface NpduTiming {
  /** Least time between the datagram before and the one that carries this message. */
  readonly debounceMs: number
  /** Most time the message waits, unless the debounce times or trains set aside earlier keep it from departing. */
  readonly retentionMs: number
}

/** What applies to a method or event without a configuration of its own. */
export const DEFAULT_NPDU_TIMING: NpduTiming = { debounceMs: 2, retentionMs: 5 }
/** Sends at once: no collecting. */
export const NO_NPDU_TIMING: NpduTiming = { debounceMs: 0, retentionMs: 0 }

export interface NpduCollectorOptions {
  readonly clock: Clock
  /** A datagram is not filled beyond this; a single message that is larger travels alone. */
  readonly maxDatagramBytes: number
  /** Messages that would make more than this wait are refused. Default: 10 MiB. */
  readonly maxQueuedBytes?: number
  /** Sends a datagram: messages one after the other. Must not throw. */
  readonly depart: (datagram: Uint8Array) => void
}

/** A datagram being collected. Its passengers are whole messages. */
interface Train {
  readonly passengers: Uint8Array[]
  /** Message IDs aboard: a datagram carries each at most once. */
  readonly messageIds: Set<number>
  bytes: number
  departureMs: number
  minDebounceMs: number
  minRetentionMs: number
}

const MESSAGE_ID_BYTES = 4

/**
 * Collects the messages for one target of one endpoint into datagrams (nPDU feature): a message waits at the platform
 * for others, and the train leaves when its most impatient passenger must.
 *
 * A train that has to leave because a message cannot board it keeps its departure time and waits aside; a later train
 * with an earlier departure overtakes it.
 */
export class NpduCollector implements Disposable {
  readonly #clock: Clock
  readonly #maxDatagramBytes: number
  readonly #maxQueuedBytes: number
  readonly #depart: (datagram: Uint8Array) => void
  /** The train that boards, if there is one. */
  #boarding: Train | undefined
  /** Trains that wait for their departure, soonest first. Bounded by `maxQueuedBytes`. */
  readonly #waiting: Train[] = []
  #queuedBytes = 0
  #lastPlannedMs = Number.NEGATIVE_INFINITY
  #lastDepartureMs = Number.NEGATIVE_INFINITY
  #timer: { readonly dueMs: number; readonly cancel: () => void } | undefined

  constructor(options: NpduCollectorOptions) {
    this.#clock = options.clock
    this.#maxDatagramBytes = options.maxDatagramBytes
    this.#maxQueuedBytes = options.maxQueuedBytes ?? 10 * 2 ** 20
    this.#depart = options.depart
  }

  /** Bytes of messages that have not departed. */
  get queuedBytes(): number {
    return this.#queuedBytes
  }

  /**
   * Takes an encoded message, which must not be changed afterwards. Without debounce and retention times it departs
   * before this returns. Returns false, and takes nothing, when too much is waiting.
   */
  send(message: Uint8Array, timing: NpduTiming = DEFAULT_NPDU_TIMING): boolean {
    if (this.#queuedBytes + message.length > this.#maxQueuedBytes) return false
    const nowMs = this.#clock.monotonic()
    if (this.#queuedBytes === 0 && timing.debounceMs === 0 && timing.retentionMs === 0) {
      this.#record(nowMs)
      this.#depart(message)
      return true
    }
    const messageId = messageIdOf(message)
    if (this.#boarding !== undefined && this.#mustLeaveBefore(this.#boarding, message, timing, nowMs)) {
      this.#setAside(this.#boarding)
      this.#boarding = undefined
    }
    this.#boarding ??= newTrain()
    board(this.#boarding, message, messageId, timing, nowMs)
    this.#queuedBytes += message.length
    this.#run(nowMs)
    return true
  }

  /** Sends everything that waits, in the order of departure, whatever the times. */
  flush(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#leave(next, this.#clock.monotonic())
    this.#stopTimer()
  }

  /** Forgets everything that waits. */
  [Symbol.dispose](): void {
    this.#boarding = undefined
    this.#waiting.length = 0
    this.#queuedBytes = 0
    this.#stopTimer()
  }

  #mustLeaveBefore(train: Train, message: Uint8Array, timing: NpduTiming, nowMs: number): boolean {
    return (
      train.messageIds.has(messageIdOf(message)) ||
      train.bytes + message.length > this.#maxDatagramBytes ||
      timing.debounceMs > train.minRetentionMs ||
      nowMs + timing.debounceMs > train.departureMs ||
      timing.retentionMs < train.minDebounceMs
    )
  }

  #setAside(train: Train): void {
    train.departureMs = Math.max(train.departureMs, this.#lastPlannedMs + train.minDebounceMs)
    this.#lastPlannedMs = train.departureMs
    let at = this.#waiting.length
    while (at > 0 && (this.#waiting[at - 1]?.departureMs ?? 0) > train.departureMs) at--
    this.#waiting.splice(at, 0, train)
  }

  /** The train that leaves next. */
  #next(): Train | undefined {
    const [waiting] = this.#waiting
    if (waiting === undefined || this.#boarding === undefined) return waiting ?? this.#boarding
    return this.#departureOf(waiting) <= this.#departureOf(this.#boarding) ? waiting : this.#boarding
  }

  #departureOf(train: Train): number {
    return Math.max(train.departureMs, this.#lastDepartureMs + train.minDebounceMs)
  }

  /** Lets every train leave that is due, and sets the timer for the next one. */
  #run(nowMs: number): void {
    let next = this.#next()
    while (next !== undefined && this.#departureOf(next) <= nowMs) {
      this.#leave(next, nowMs)
      next = this.#next()
    }
    if (next !== undefined) this.#startTimer(this.#departureOf(next), nowMs)
  }

  #leave(train: Train, nowMs: number): void {
    if (train === this.#boarding) this.#boarding = undefined
    else this.#waiting.shift()
    this.#queuedBytes -= train.bytes
    this.#record(nowMs)
    const [first] = train.passengers
    this.#depart(first !== undefined && train.passengers.length === 1 ? first : concat(train))
  }

  #record(departureMs: number): void {
    this.#lastDepartureMs = departureMs
    this.#lastPlannedMs = Math.max(this.#lastPlannedMs, departureMs)
  }

  /** A timer that fires too early only sets the next one, so it is kept when the next departure moves back. */
  #startTimer(dueMs: number, nowMs: number): void {
    if (this.#timer !== undefined && this.#timer.dueMs <= dueMs) return
    this.#stopTimer()
    const cancel = this.#clock.after(dueMs - nowMs, () => {
      this.#timer = undefined
      this.#run(this.#clock.monotonic())
    })
    this.#timer = { dueMs, cancel }
  }

  #stopTimer(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}

function newTrain(): Train {
  return {
    passengers: [],
    messageIds: new Set(),
    bytes: 0,
    departureMs: Number.POSITIVE_INFINITY,
    minDebounceMs: Number.POSITIVE_INFINITY,
    minRetentionMs: Number.POSITIVE_INFINITY,
  }
}

function board(train: Train, message: Uint8Array, messageId: number, timing: NpduTiming, nowMs: number): void {
  train.passengers.push(message)
  train.messageIds.add(messageId)
  train.bytes += message.length
  train.departureMs = Math.min(train.departureMs, nowMs + timing.retentionMs)
  train.minDebounceMs = Math.min(train.minDebounceMs, timing.debounceMs)
  train.minRetentionMs = Math.min(train.minRetentionMs, timing.retentionMs)
}

/** Service and method of an encoded message, as one number. */
function messageIdOf(message: Uint8Array): number {
  let id = 0
  for (let at = 0; at < MESSAGE_ID_BYTES; at++) id = id * 256 + (message[at] ?? 0)
  return id
}

function concat(train: Train): Uint8Array {
  const datagram = new Uint8Array(train.bytes)
  let at = 0
  for (const passenger of train.passengers) {
    datagram.set(passenger, at)
    at += passenger.length
  }
  return datagram
}
