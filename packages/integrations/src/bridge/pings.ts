import type { Clock } from '@opensovd/base'
import type { WebSocket } from 'ws'

export interface PingOptions {
  readonly clock: Clock
  readonly intervalMs: number
}

/** So many pings in a row without a sign of life, and the connection is cut. */
const MAX_MISSED = 2
const COUNTER_BYTES = 4

/** Bytes that wait to be sent; beyond it, pings are not answered. */
const MAX_QUEUED_BYTES = 65_536

/** Answers pings, as long as the other end takes the answers. For connections that do not do so by themselves. */
export function answerPings(socket: WebSocket): void {
  socket.on('ping', (content) => {
    if (socket.readyState === socket.OPEN && socket.bufferedAmount <= MAX_QUEUED_BYTES) socket.pong(content)
  })
}

/** Pings the other end of a connection, now and then, until that is closed; one that no longer answers is cut. */
export class Pings {
  readonly #socket: WebSocket
  readonly #options: PingOptions
  readonly #waiting = new Map<number, () => void>()
  #last = 0
  #missed = 0
  #cancel: () => void = () => {}

  constructor(socket: WebSocket, options: PingOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('message', () => this.#isAlive())
    socket.on('pong', (content) => this.#answered(content))
    socket.once('close', () => this.#cancel())
    this.#schedule()
  }

  /** Resolves when this ping, or a later one, was answered. Rejects with the signal's reason. */
  ping(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const number = this.#send()
      const onAbort = () => {
        this.#waiting.delete(number)
        reject(signal.reason)
      }
      this.#waiting.set(number, () => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      })
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.after(this.#options.intervalMs, () => {
      if (this.#missed >= MAX_MISSED) {
        this.#socket.terminate()
        return
      }
      this.#missed += 1
      this.#send()
      this.#schedule()
    })
  }

  #send(): number {
    this.#last += 1
    const content = Buffer.alloc(COUNTER_BYTES)
    content.writeUInt32BE(this.#last % 2 ** 32)
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping(content)
    return this.#last
  }

  #isAlive(): void {
    this.#missed = 0
  }

  /** [RFC 6455 5.5.3] Of several pings, only the latest may be answered. */
  #answered(content: Buffer): void {
    this.#isAlive()
    if (content.length !== COUNTER_BYTES) return
    const answered = content.readUInt32BE()
    for (const [number, resolve] of this.#waiting) {
      if (number > answered) continue
      this.#waiting.delete(number)
      resolve()
    }
  }
}
