import type { Clock } from '@opensovd/base'
import type { EcuDescription } from '@opensovd/ecu'
import { keyProvider } from '@opensovd/ecu'
import { commandKeys } from '@opensovd/ecu/node'
import { type DoipLink, type EcuClient, NegativeResponseError, unlock } from '@opensovd/uds'
import { UsageError } from './tool.ts'

/** What came of one request. */
export interface Answered {
  readonly request: Uint8Array
  /** Everything that the ECU sent meanwhile, "response pending" and "busy" too. The last one is the answer. */
  readonly received: readonly Uint8Array[]
  readonly durationMs: number
  readonly refusal?: NegativeResponseError
}

/** What to do before the requests. */
export interface Preparation {
  /** Ids of the description, or numbers. Entered one after the other. */
  readonly sessions: readonly string[]
  /** Id or number of a level of the description. */
  readonly security?: string
}

/** Requests to one ECU, one after the other. */
export class Conversation {
  readonly #ecu: EcuClient
  readonly #link: DoipLink
  readonly #clock: Clock

  constructor(link: DoipLink, address: number, clock: Clock) {
    this.#link = link
    this.#ecu = link.tester.ecu(address)
    this.#clock = clock
  }

  /**
   * Connects, enters sessions, unlocks a level, and keeps the session from then on.
   * @throws UsageError for one that nobody knows; what the ECU client throws
   */
  async prepare(
    { sessions, security }: Preparation,
    described: EcuDescription | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const numbers = sessions.map((session) => sessionNumber(session, described))
    const level = security === undefined ? undefined : levelOf(security, described)
    await this.#link.gateway.connect(signal)
    for (const session of numbers) await this.#ecu.request('diagnosticSessionControl', { session }, signal)
    if (level) await unlock(this.#ecu, { level: level.level, provider: keyProvider(level.key, commandKeys) }, signal)
    if (numbers.length > 0) this.#link.tester.keepTesterPresent(this.#ecu)
  }

  /**
   * Sends one request.
   * @throws what the ECU client throws, other than that the ECU refused
   */
  async ask(request: Uint8Array, signal: AbortSignal): Promise<Answered> {
    const received: Uint8Array[] = []
    const unsubscribe = this.#link.gateway.subscribe((event) => {
      if (event.kind === 'received' && event.source === this.#ecu.address) received.push(event.message)
    })
    const startedMs = this.#clock.monotonic()
    const answered = () => ({ request, received, durationMs: this.#clock.monotonic() - startedMs })
    try {
      await this.#ecu.requestRaw(request, signal)
      return answered()
    } catch (error) {
      if (!(error instanceof NegativeResponseError)) throw error
      return { ...answered(), refusal: error }
    } finally {
      unsubscribe()
    }
  }
}

function sessionNumber(text: string, described: EcuDescription | undefined): number {
  if (text === 'default') return 1
  const named = described?.sessions.find(({ id }) => id === text)
  if (named) return named.session
  const session = Number(text)
  if (/^(0x[0-9a-f]{1,2}|\d{1,3})$/i.test(text) && session >= 1 && session <= 0x7e) return session
  const known = described ? `; there are ${['default', ...described.sessions.map(({ id }) => id)].join(', ')}` : ''
  throw new UsageError(`unknown session "${text}"${known}, and numbers from 1 to 126`)
}

function levelOf(text: string, described: EcuDescription | undefined) {
  const levels = described?.security.levels ?? []
  const level = levels.find(({ id, level: number }) => id === text || number === Number(text))
  if (level) return level
  const known = described ? `there are ${levels.map(({ id }) => id).join(', ') || 'none'}` : 'it takes a --description'
  throw new UsageError(`no key is known for the security level "${text}": ${known}`)
}
