import { connect, type Socket } from 'node:net'
import { isJsonObject, messageOf, parseJson } from '@opensovd/base'
import type { LineQueue } from '../line-queue.ts'

export interface SessionEvents {
  onOpen(): void
  /** The gateway has dealt with so many lines more. */
  onArrived(count: number): void
  onRejected(reason: string): void
}

/** Lines that are under way at a time. */
const WINDOW = 256
/** More text than this without a newline is no answer. */
const MAX_ANSWER = 64 * 1024

/** One connection to the intake of a gateway: sends the lines of a queue and takes them off when they arrived. */
export class IntakeSession {
  readonly #path: string
  readonly #queue: LineQueue
  readonly #events: SessionEvents
  #socket: Socket | undefined
  #arrived = 0
  #rest = ''

  constructor(path: string, queue: LineQueue, events: SessionEvents) {
    this.#path = path
    this.#queue = queue
    this.#events = events
  }

  /** Resolves with the reason why the connection is over, or could not be made. The signal ends it. */
  run(signal: AbortSignal): Promise<string> {
    const socket = connect(this.#path)
    this.#socket = socket
    const end = () => socket.destroy()
    signal.addEventListener('abort', end, { once: true })
    return new Promise((resolve) => {
      let reason = 'the connection was closed'
      socket.setEncoding('utf8')
      socket.on('connect', () => {
        this.#events.onOpen()
        this.fill()
      })
      socket.on('data', (text: string) => this.#read(text))
      socket.on('error', (error) => {
        reason = messageOf(error)
      })
      socket.on('close', () => {
        signal.removeEventListener('abort', end)
        resolve(reason)
      })
    })
  }

  /** Sends what waits in the queue, as far as the window allows. */
  fill(): void {
    const lines = this.#queue.take(WINDOW - this.#queue.inFlight)
    if (lines.length > 0) this.#socket?.write(lines.join(''))
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    try {
      for (const line of lines) this.#answer(line)
      if (this.#rest.length > MAX_ANSWER) throw new RangeError('an answer of the gateway does not end')
      this.fill()
    } catch (error) {
      this.#socket?.destroy(new Error(`not a fault intake: ${messageOf(error)}`, { cause: error }))
    }
  }

  /** @throws when it is no answer to what was sent */
  #answer(line: string): void {
    const answer = parseJson(line)
    if (!isJsonObject(answer)) throw new TypeError('an answer of the gateway is not an object')
    const { lines, reason } = answer
    if (typeof reason === 'string') this.#events.onRejected(reason)
    if (lines === undefined) return
    const count = typeof lines === 'number' ? lines - this.#arrived : Number.NaN
    if (!(count >= 0 && count <= this.#queue.inFlight)) throw new RangeError('an answer of the gateway is to nothing')
    this.#arrived += count
    this.#queue.arrived(count)
    this.#events.onArrived(count)
  }
}
