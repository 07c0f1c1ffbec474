import { type Clock, messageOf } from '@opensovd/base'
import type { CallContext } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import {
  COMMUNICATION_CONTROL,
  DTC_SETTING,
  type GroupClient,
  type GroupOutcome,
  keepTesterPresent,
  NegativeResponseError,
  NRC,
  SESSION,
} from '@opensovd/uds'
import { NORMAL_COMMUNICATION } from '../communication.ts'
import type { EcuLink } from '../ecu-link.ts'
import { ecuError } from '../refusal.ts'

/** A request to all of them, of which they confirm nothing; the result are refusals. */
type Message = (group: GroupClient, signal: AbortSignal) => Promise<readonly GroupOutcome<unknown>[]>

const NONE = new Uint8Array(0)
const session =
  (id: number): Message =>
  (group, signal) =>
    group.requestSuppressed('diagnosticSessionControl', { session: id }, signal)
const dtcSetting =
  (settingType: number): Message =>
  (group, signal) =>
    group.requestSuppressed('controlDtcSetting', { settingType, controlOption: NONE }, signal)
const communication =
  (controlType: number): Message =>
  (group, signal) => {
    const request = { controlType, communicationType: NORMAL_COMMUNICATION }
    return group.requestSuppressed('communicationControl', request, signal)
  }

/** DTCs first: nobody is to store that others do not communicate. */
const QUIET: readonly Message[] = [
  session(SESSION.EXTENDED),
  dtcSetting(DTC_SETTING.OFF),
  communication(COMMUNICATION_CONTROL.ENABLE_RX_DISABLE_TX),
]
const RESTORE: readonly Message[] = [
  communication(COMMUNICATION_CONTROL.ENABLE_RX_AND_TX),
  dtcSetting(DTC_SETTING.ON),
  session(SESSION.DEFAULT),
]

/** S3 of ISO 14229-2: an ECU that hears nothing for this long has gone back by itself. */
const LIMIT_MS = 5000
const PAUSE_MS = 250

/** The group that the recipe of an ECU keeps quiet; undefined where it keeps none. */
export function quietGroupOf(link: EcuLink, neighbours: readonly EcuLink[]): QuietGroup | undefined {
  const address = link.ecu.flash?.quiet?.address
  if (address === undefined) return undefined
  const isOther = (each: EcuLink) => each !== link && each.ecu.functionalAddresses.includes(address)
  return new QuietGroup(link, link.tester.group(address), neighbours.filter(isOther))
}

/**
 * The ECUs that neither communicate nor store DTCs while another one is programmed, which may listen to their address,
 * too: it is not spoken to while that one is in its programming session, except for tester present.
 * `free → reserved ⇄ quiet → free`
 */
export class QuietGroup {
  readonly #link: EcuLink
  readonly #group: GroupClient
  readonly #others: readonly EcuLink[]
  #testerPresent: AbortController | undefined
  #isQuiet = false

  constructor(link: EcuLink, group: GroupClient, others: readonly EcuLink[]) {
    this.#link = link
    this.#group = group
    this.#others = others
  }

  /**
   * Keeps clients from changing the other ECUs until `release`.
   * @throws SovdError `conflict` when one of them is programmed or kept quiet already, or in a session of another client
   */
  reserve(context: CallContext): void {
    for (const other of this.#others) other.programming.requireUndisturbed(context)
    for (const other of this.#others) other.programming.quietFor = this.#link.id
  }

  release(): void {
    for (const other of this.#others) other.programming.quietFor = undefined
  }

  /** @throws SovdError when an ECU refuses or the group cannot be reached; the signal's reason */
  async quiet(signal: AbortSignal): Promise<void> {
    this.#isQuiet = true
    using limit = new Limit(this.#link.clock, LIMIT_MS, signal)
    try {
      for (const message of QUIET) {
        await this.#tell(message, isBusy, limit.signal)
        this.#testerPresent ??= this.#keepTesterPresent()
      }
    } finally {
      this.#forgetSessions()
    }
  }

  /**
   * Gives everything back, whatever of it fails, and only what was taken. It is tried again for a while where somebody
   * is busy or cannot be reached.
   * @throws SovdError of what failed first; the signal's reason
   */
  async restore(signal: AbortSignal, limitMs = LIMIT_MS): Promise<void> {
    if (!this.#isQuiet) return
    this.#testerPresent?.abort(new DOMException('tester present ended', 'AbortError'))
    this.#testerPresent = undefined
    using limit = new Limit(this.#link.clock, limitMs, signal)
    const failures: unknown[] = []
    for (const message of RESTORE) {
      await this.#tell(message, isPassing, limit.signal).catch((error) => failures.push(error))
    }
    this.#forgetSessions()
    if (failures.length > 0) throw failures[0]
    this.#isQuiet = false
  }

  /** Sends a message until no other ECU refuses it, or does so for good. */
  async #tell(message: Message, isWorthRepeating: (error: unknown) => boolean, signal: AbortSignal): Promise<void> {
    const { clock, options } = this.#link
    for (;;) {
      try {
        const outcomes = await message(this.#group, signal)
        const refusal = outcomes.find((outcome) => 'error' in outcome && outcome.ecu !== this.#link.client.address)
        if (refusal && 'error' in refusal) throw refusal.error
        return
      } catch (error) {
        const translated = ecuError(error, { signal, refusals: options.refusals })
        if (signal.aborted || !isWorthRepeating(error)) throw translated
        await clock.sleep(PAUSE_MS, signal).catch(() => {
          throw translated
        })
      }
    }
  }

  /** Goes on over a loss of the connection: the sessions of the others outlive that for a while. */
  #keepTesterPresent(): AbortController {
    const { clock, log, id, options } = this.#link
    const ending = new AbortController()
    const onRefusal = (error: unknown) => {
      log.warn('tester present to quiet ECUs failed', { ecu: id, error: messageOf(error) })
    }
    const presence = { clock, intervalMs: options.testerPresentMs, onRefusal }
    // It rejects only because it ended while it waited.
    keepTesterPresent(this.#group, presence, ending.signal).catch(() => {})
    return ending
  }

  /** The sessions that clients have had are gone, and with them what kept those alive. */
  #forgetSessions(): void {
    for (const { client } of this.#others) client.forgetSession()
  }
}

/** Aborts after a time, and with another signal. */
class Limit implements Disposable {
  readonly signal: AbortSignal
  readonly #cancel: () => void

  constructor(clock: Clock, limitMs: number, signal: AbortSignal) {
    const ending = new AbortController()
    const late = new SovdError('gateway-timeout', `the group of ECUs could not be told within ${limitMs} ms`)
    this.#cancel = clock.after(limitMs, () => ending.abort(late))
    this.signal = AbortSignal.any([signal, ending.signal])
  }

  [Symbol.dispose](): void {
    this.#cancel()
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof NegativeResponseError && error.nrc === NRC.busyRepeatRequest
}

/** Whether it may go better soon: the way to the ECUs can come back, other refusals stay. */
function isPassing(error: unknown): boolean {
  return isBusy(error) || !(error instanceof NegativeResponseError)
}
