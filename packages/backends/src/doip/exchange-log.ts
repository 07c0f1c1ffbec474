import { type Clock, Listeners, messageOf } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import type { CommunicationFacet, CommunicationRecord, LogEntry, LogFacet, LogQuery, LogSeverity } from '@opensovd/core'
import { describeNrc, describeSid, type EcuExchange, SERVICES } from '@opensovd/uds'

/** Exchanges that are kept; beyond it the oldest go. */
const MAX_ENTRIES = 500
/** Bytes of a message that are kept. */
const MAX_BYTES = 64

/** Services whose messages hold seeds, keys, certificates or proofs: only their first bytes are kept. */
const SECRET: ReadonlySet<number> = new Set([SERVICES.securityAccess.sid, SERVICES.authentication.sid])
const SECRET_BYTES = 2

interface Kept {
  readonly atMs: number
  readonly durationMs: number
  readonly request: Shown
  readonly answer?: Shown
  readonly error?: string
}

interface Shown {
  readonly bytes: Uint8Array
  readonly length: number
}

/** The last messages that went to an ECU and came back, as hex digits. */
export class ExchangeLog implements LogFacet, CommunicationFacet {
  readonly #clock: Clock
  readonly #source: string
  readonly #entries: Kept[] = []
  readonly #exchanged = new Listeners<CommunicationRecord>(() => {})

  constructor(clock: Clock, source: string) {
    this.#clock = clock
    this.#source = source
  }

  add({ request, answer, error, startedMs }: EcuExchange): void {
    const durationMs = this.#clock.monotonic() - startedMs
    const limit = SECRET.has(request[0] ?? 0) ? SECRET_BYTES : MAX_BYTES
    const kept: Kept = {
      atMs: this.#clock.now() - durationMs,
      durationMs,
      request: shown(request, limit),
      ...(answer && { answer: shown(answer, limit) }),
      ...(error !== undefined && { error: messageOf(error) }),
    }
    this.#entries.push(kept)
    this.#exchanged.notify(recordOf(kept))
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift()
  }

  onExchange(listener: (record: CommunicationRecord) => void): () => void {
    return this.#exchanged.add(listener)
  }

  async entries({ severity, fromMs, toMs, text, limit }: LogQuery): Promise<readonly LogEntry[]> {
    const found = this.#entries
      .filter(({ atMs }) => atMs >= (fromMs ?? 0) && atMs <= (toMs ?? Number.POSITIVE_INFINITY))
      .map((kept) => entryOf(kept, this.#source))
      .filter((entry) => severity === undefined || RANKS[entry.severity] <= RANKS[severity])
      .filter(({ message }) => text === undefined || message.toLowerCase().includes(text.toLowerCase()))
    return limit === undefined ? found : found.slice(Math.max(0, found.length - limit))
  }
}

const RANKS: Readonly<Record<LogSeverity, number>> = { fatal: 0, error: 1, warn: 2, info: 3, debug: 4 }
const NEGATIVE = 0x7f

function entryOf({ atMs, durationMs, request, answer, error }: Kept, source: string): LogEntry {
  const isRefused = answer?.bytes[0] === NEGATIVE
  const outcome = error ?? (isRefused ? describeNrc(answer.bytes[2] ?? 0) : undefined)
  const service = describeSid(request.bytes[0] ?? 0)
  return {
    timestamp: new Date(atMs).toISOString(),
    severity: error === undefined ? (isRefused ? 'warn' : 'debug') : 'error',
    source,
    message: outcome === undefined ? service : `${service}: ${outcome}`,
    data: {
      request: hexOf(request),
      ...(answer && { answer: hexOf(answer) }),
      durationMs: Math.round(durationMs),
    },
  }
}

function shown(message: Uint8Array, limit: number): Shown {
  return { bytes: message.slice(0, message[0] === NEGATIVE ? MAX_BYTES : limit), length: message.length }
}

function hexOf({ bytes, length }: Shown): string {
  return length > bytes.length ? `${toHex(bytes)}… (${length} bytes)` : toHex(bytes)
}

function recordOf({ durationMs, request, answer, error }: Kept): CommunicationRecord {
  return {
    protocol: 'uds',
    content: {
      request: hexOf(request),
      ...(answer && { answer: hexOf(answer) }),
      ...(error !== undefined && { error }),
      duration_ms: Math.round(durationMs * 10) / 10,
    },
  }
}
