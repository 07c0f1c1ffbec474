import type { Clock } from '@opensovd/base'
import { NpduCollector, type NpduTiming } from '../../npdu/collector.ts'
import type { MessageSink } from '../../wire/datagram.ts'
import { type CookieDirection, MAGIC_COOKIE } from '../../wire/magic-cookie.ts'
import { StreamFramer } from '../../wire/stream-framer.ts'
import { describeWireProblem } from '../../wire/wire-problem.ts'
import { EndpointError } from '../errors.ts'
import type { ByteStream } from '../network.ts'
import { bypassesNpdu } from './npdu-bypass.ts'
import { StreamWriter } from './stream-writer.ts'

/** What both ends of a connection have in common. */
export interface MessageStreamOptions {
  /** Largest message taken, header included; a larger one ends the connection. Default: 10 MiB. */
  readonly maxMessageBytes?: number
  /** Messages that would make more than this wait are refused. Default: 16 MiB. */
  readonly maxQueuedBytes?: number
  /** Send magic cookies from the start, not only after the peer sent one. Default: false. */
  readonly magicCookies?: boolean
  /**
   * Time in which the peer must take some of what waits for it, or the connection ends. Notices readers that hang; the
   * `userTimeoutMs` of sockets notices those that vanished. Default: 30 000.
   */
  readonly stallMs?: number
}

export interface MessageStreamContext extends MessageStreamOptions {
  readonly clock: Clock
  readonly stream: ByteStream
  readonly role: 'server' | 'client'
  readonly sink: MessageSink
  /** Called once when this side has to end the connection. The stream's own end is the owner's to notice. */
  readonly onFailure: (error: EndpointError) => void
}

/** What each role reads; it writes the other one. */
const READS: Record<MessageStreamContext['role'], CookieDirection> = {
  server: 'CLIENT_TO_SERVER',
  client: 'SERVER_TO_CLIENT',
}

export const STREAM_DEFAULTS = {
  maxMessageBytes: 10 * 2 ** 20,
  maxQueuedBytes: 16 * 2 ** 20,
  magicCookies: false,
  stallMs: 30_000,
} as const satisfies MessageStreamOptions

/** SOME/IP messages over one connection: framing, batching, magic cookies and limits. */
export class MessageStream implements Disposable {
  readonly #clock: Clock
  readonly #stream: ByteStream
  readonly #framer: StreamFramer
  readonly #writer: StreamWriter
  readonly #sink: MessageSink
  readonly #maxMessageBytes: number
  readonly #maxQueuedBytes: number
  readonly #fail: (error: EndpointError) => void
  /** Made when a message may wait for others. */
  #collector: NpduCollector | undefined
  #isOpen = true

  constructor(context: MessageStreamContext) {
    const { maxMessageBytes, maxQueuedBytes, magicCookies, stallMs } = { ...STREAM_DEFAULTS, ...context }
    const { clock, stream, role, sink } = context
    const framer = new StreamFramer({ maxMessageBytes, magicCookies, direction: READS[role] })
    const cookie = MAGIC_COOKIE[READS[role === 'server' ? 'client' : 'server']]
    this.#clock = clock
    this.#stream = stream
    this.#framer = framer
    this.#sink = sink
    this.#maxMessageBytes = maxMessageBytes
    this.#maxQueuedBytes = maxQueuedBytes
    this.#fail = context.onFailure
    this.#writer = new StreamWriter({
      clock,
      stream,
      maxQueuedBytes,
      stallMs,
      onStall: () => {
        const problem = `${stream.remote.key} took none of ${this.queuedBytes} waiting bytes for ${stallMs} ms`
        this.#end(new EndpointError('ENDPOINT_TIMEOUT', problem))
      },
      cookie: () => (framer.magicCookies ? cookie : undefined),
    })
  }

  /** Bytes of messages that the system has not taken. */
  get queuedBytes(): number {
    return this.#writer.queuedBytes + (this.#collector?.queuedBytes ?? 0)
  }

  /** Takes a message, which must not be changed afterwards. Returns false when too much is waiting. */
  send(message: Uint8Array, timing: NpduTiming): boolean {
    if (!this.#isOpen) return false
    if (bypassesNpdu(message, timing)) return this.#writer.push(message)
    if (this.queuedBytes + message.length > this.#maxQueuedBytes) return false
    this.#collector ??= new NpduCollector({
      clock: this.#clock,
      maxDatagramBytes: this.#maxMessageBytes,
      maxQueuedBytes: Number.POSITIVE_INFINITY,
      depart: (messages) => this.#writer.push(messages),
    })
    return this.#collector.send(message, timing)
  }

  /** Bytes that arrived. */
  data(chunk: Uint8Array): void {
    if (!this.#isOpen) return
    const problem = this.#framer.push(chunk, this.#sink)
    if (problem === undefined || !this.#isOpen) return
    this.#sink.problem(problem)
    this.#writer.flush()
    this.#end(new EndpointError('ENDPOINT_PROTOCOL', `${this.#stream.remote.key}: ${describeWireProblem(problem)}`))
  }

  drained(): void {
    this.#writer.drained()
  }

  /** Writes what waits, whatever its time. */
  flush(): void {
    this.#collector?.flush()
    this.#writer.flush()
  }

  /** Forgets what waits; the stream itself stays as it is. */
  [Symbol.dispose](): void {
    this.#isOpen = false
    this.#collector?.[Symbol.dispose]()
    this.#writer[Symbol.dispose]()
  }

  #end(error: EndpointError): void {
    if (!this.#isOpen) return
    this[Symbol.dispose]()
    this.#fail(error)
  }
}
