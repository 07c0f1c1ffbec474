import type { Clock } from '@opensovd/base'
import { DTC_SETTING, type ModeFacet, type ModeGroup, type ModeValue, SESSION } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { quoted } from './value-rules.ts'

export type SessionName = 'default' | 'extended' | 'programming'

/** An ECU that hears nothing for so long falls back to its default modes. A person at a keyboard needs more than S3's 5 s. */
export const IDLE_LIMIT_MS = 5 * 60_000

const SESSIONS = [
  { value: 'default', name: 'Default', description: 'What an ECU starts in', udsSession: 1 },
  { value: 'extended', name: 'Extended', description: 'Also allows what changes the ECU', udsSession: 3 },
  { value: 'programming', name: 'Programming', description: 'Refuses all operations', udsSession: 2 },
] as const satisfies readonly (ModeValue & { value: SessionName })[]

const DTC_SETTINGS = [
  { value: 'on', name: 'On', description: 'Trouble codes are stored and updated' },
  { value: 'off', name: 'Off', description: 'The fault memory stays as it is, except for clearing' },
] as const satisfies readonly ModeValue[]

interface Setting<T extends string> {
  value: T
  sinceMs: number
}

/**
 * Session and DTC setting of one ECU. Entering the session `default` turns the DTC setting on, and so does
 * `IDLE_LIMIT_MS` without a request, which also ends any other session.
 */
export class DiagnosticModes implements ModeFacet, Disposable {
  readonly #ecuId: string
  readonly #clock: Clock
  readonly #onSession = new Set<() => void>()
  readonly #session: Setting<SessionName>
  readonly #dtcSetting: Setting<'on' | 'off'>
  #lastRequestMs: number
  #cancelWatch: (() => void) | undefined

  constructor(ecuId: string, clock: Clock) {
    this.#ecuId = ecuId
    this.#clock = clock
    this.#session = { value: 'default', sinceMs: clock.now() }
    this.#dtcSetting = { value: 'on', sinceMs: clock.now() }
    this.#lastRequestMs = clock.monotonic()
  }

  get session(): SessionName {
    return this.#session.value
  }

  get storesFaults(): boolean {
    return this.#dtcSetting.value === 'on'
  }

  /** @throws SovdError `conflict` when the session is none of `allowed` */
  requireSession(allowed: readonly SessionName[], what: string): void {
    if (allowed.includes(this.session)) return
    throw new SovdError(
      'conflict',
      `${what} needs mode ${quoted(allowed, ' or ')}; '${this.#ecuId}' is in '${this.session}'`,
      { target: SESSION },
    )
  }

  /** Calls `listener` after each change of the session. */
  onSession(listener: () => void): void {
    this.#onSession.add(listener)
  }

  /** A request was made: the idle time starts anew. */
  noteRequest(): void {
    this.#lastRequestMs = this.#clock.monotonic()
  }

  /** Back to the default modes, as after a restart. */
  reset(): void {
    this.#enter('default')
    this.#assign(this.#dtcSetting, 'on')
    this.#watch()
  }

  async list(): Promise<readonly ModeGroup[]> {
    return [
      { id: SESSION, name: 'Diagnostic session', values: SESSIONS, ...shown(this.#session) },
      { id: DTC_SETTING, name: 'Storing of trouble codes', values: DTC_SETTINGS, ...shown(this.#dtcSetting) },
    ]
  }

  async set(groupId: string, value: string): Promise<void> {
    switch (groupId) {
      case SESSION:
        this.#enter(knownValue(SESSIONS, value))
        break
      case DTC_SETTING:
        this.#assign(this.#dtcSetting, knownValue(DTC_SETTINGS, value))
        break
      default:
        throw new SovdError('not-found', `Mode group '${groupId}' not found`, { target: groupId })
    }
    this.noteRequest()
    this.#watch()
  }

  [Symbol.dispose](): void {
    this.#cancelWatch?.()
    this.#cancelWatch = undefined
  }

  #enter(session: SessionName): void {
    if (session === 'default') this.#assign(this.#dtcSetting, 'on')
    if (this.#assign(this.#session, session)) for (const listener of this.#onSession) listener()
  }

  /** Returns whether it made a difference. */
  #assign<T extends string>(setting: Setting<T>, value: T): boolean {
    if (setting.value === value) return false
    setting.value = value
    setting.sinceMs = this.#clock.now()
    return true
  }

  /** Sees to it that modes other than the default ones end when nobody asks any more. */
  #watch(): void {
    this.#cancelWatch?.()
    this.#cancelWatch = undefined
    if (this.session === 'default' && this.storesFaults) return
    const idleMs = this.#clock.monotonic() - this.#lastRequestMs
    this.#cancelWatch = this.#clock.after(IDLE_LIMIT_MS - idleMs, () => {
      if (this.#clock.monotonic() - this.#lastRequestMs >= IDLE_LIMIT_MS) this.#enter('default')
      this.#watch()
    })
  }
}

function shown({ value, sinceMs }: Setting<string>): Pick<ModeGroup, 'value' | 'activeSince'> {
  return { value, activeSince: new Date(sinceMs).toISOString() }
}

function knownValue<T extends ModeValue>(values: readonly T[], value: string): T['value'] {
  const found = values.find((candidate) => candidate.value === value)
  if (!found) {
    const known = quoted(values.map((candidate) => candidate.value))
    throw new SovdError('invalid-request', `Mode '${value}' is not known; there is ${known}`, { target: 'mode' })
  }
  return found.value
}
