import type { Clock, Scope } from '@opensovd/base'
import { MIN_WINDOW_MS, repetitionDelayMs, type SdParameters } from '../parameters.ts'
import type { Reply } from '../reply.ts'
import type { SdSender } from '../sender.ts'
import { ANY_INSTANCE, ANY_MAJOR, ANY_MINOR, type FindEntry } from '../wire/entry.ts'
import { packEntries, type SdMessageBuilder } from '../wire/message.ts'
import type { Offer } from './offer.ts'

const NOTHING = { offers: [], messages: [] } as const

/** Announces the services of this host: collects new offers, repeats them, then offers all of them in a cycle. */
export class Announcer {
  readonly #clock: Clock
  readonly #parameters: SdParameters
  readonly #sender: SdSender
  readonly #offers: Iterable<Offer>
  #lastCycleMs = Number.NEGATIVE_INFINITY
  /** The offers of the latest cycle of the main phase, in their messages. */
  #cyclic: { readonly offers: readonly Offer[]; readonly messages: readonly SdMessageBuilder[] } = NOTHING

  /** @param offers all that are not stopped, also those that come later */
  constructor(clock: Clock, parameters: SdParameters, sender: SdSender, offers: Iterable<Offer>) {
    this.#clock = clock
    this.#parameters = parameters
    this.#sender = sender
    this.#offers = offers
  }

  /** Starts with all offers anew; ends with the scope. */
  start(scope: Scope, initialDelayMs: number): void {
    for (const offer of this.#offers) {
      offer.phase = 'waiting'
      offer.lastMulticastMs = Number.NEGATIVE_INFINITY
    }
    scope.run((signal) => this.#collect(scope, initialDelayMs, signal))
    if (this.#parameters.cyclicOfferDelayMs > 0) scope.run((signal) => this.#cycle(signal))
  }

  /** Tells everybody that these services are gone. */
  sayGoodbye(offers: Iterable<Offer>): void {
    this.#sender.multicast([...offers].map((offer) => [offer.stopEntry]))
  }

  /** Answers a Find with the offers it asks for. */
  answer(find: FindEntry, canUnicast: boolean, reply: Reply): void {
    // [feat_req_someipsd_91] wants a multicast answer here; vsomeip gives none.
    if (!canUnicast || find.ttlSeconds === 0) return
    for (const offer of this.#offers) {
      if (offer.phase === 'waiting' || !isWanted(offer, find)) continue
      const isMulticast = !this.#isRecent(offer)
      if (isMulticast) offer.lastMulticastMs = this.#clock.monotonic()
      reply.offer(offer.entry, isMulticast)
    }
  }

  /** The initial wait phase, and the windows in which later offers are collected. */
  async #collect(scope: Scope, initialDelayMs: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(initialDelayMs, signal)
    for (;;) {
      const batch = [...this.#offers].filter((offer) => offer.phase === 'waiting')
      for (const offer of batch) offer.phase = 'repetition'
      if (batch.length > 0) scope.run((inner) => this.#repeat(batch, inner))
      await this.#clock.sleep(Math.max(MIN_WINDOW_MS, this.#parameters.offerDebounceTimeMs), signal)
    }
  }

  /** The repetition phase. Like vsomeip, it ends with one offer more than configured. */
  async #repeat(batch: readonly Offer[], signal: AbortSignal): Promise<void> {
    const { repetitionsMax, repetitionsBaseDelayMs, cyclicOfferDelayMs, ttlSeconds } = this.#parameters
    const remaining = () => batch.filter((offer) => offer.phase === 'repetition')
    this.#announce(remaining())
    const repetitions = repetitionsMax === 0 ? 0 : repetitionsMax + 1
    for (let repetition = 0; repetition < repetitions; repetition++) {
      await this.#clock.sleep(repetitionDelayMs(repetitionsBaseDelayMs, repetition), signal)
      this.#announce(remaining())
    }
    // The cycle of the main phase runs on its own: without waiting, these offers may follow each other too closely. But
    // the wait must not outlive the offers, which nobody renews meanwhile.
    const toNextCycleMs = this.#lastCycleMs + cyclicOfferDelayMs - this.#clock.monotonic()
    const isClose = repetitions === 0 || toNextCycleMs <= cyclicOfferDelayMs / 2
    if (isClose && toNextCycleMs + cyclicOfferDelayMs < 1000 * ttlSeconds) {
      await this.#clock.sleep(cyclicOfferDelayMs, signal)
    }
    for (const offer of remaining()) offer.phase = 'main'
  }

  /** The main phase, of all services together. */
  async #cycle(signal: AbortSignal): Promise<void> {
    for (;;) {
      this.#lastCycleMs = this.#clock.monotonic()
      await this.#clock.sleep(this.#parameters.cyclicOfferDelayMs, signal)
      this.#repeatAll()
    }
  }

  #announce(offers: readonly Offer[]): void {
    this.#note(offers)
    this.#sender.multicast(offers.map((offer) => [offer.entry]))
  }

  /** Sends all offers of the main phase; the messages are packed anew only when these are others than before. */
  #repeatAll(): void {
    const { offers } = this.#cyclic
    let count = 0
    let isSame = true
    for (const offer of this.#offers) if (offer.phase === 'main') isSame &&= offers[count++] === offer
    if (!isSame || count !== offers.length) {
      const now = [...this.#offers].filter((offer) => offer.phase === 'main')
      this.#cyclic = { offers: now, messages: packEntries(now.map((offer) => [offer.entry])) }
    }
    this.#note(this.#cyclic.offers)
    this.#sender.multicastPacked(this.#cyclic.messages)
  }

  #note(offers: readonly Offer[]): void {
    const nowMs = this.#clock.monotonic()
    for (const offer of offers) offer.lastMulticastMs = nowMs
  }

  /** Whether everybody heard of the offer less than half a cycle ago [feat_req_someipsd_89]. */
  #isRecent({ lastMulticastMs }: Offer): boolean {
    const { cyclicOfferDelayMs } = this.#parameters
    return cyclicOfferDelayMs <= 0 || this.#clock.monotonic() - lastMulticastMs < cyclicOfferDelayMs / 2
  }
}

function isWanted({ service }: Offer, find: FindEntry): boolean {
  return (
    find.serviceId === service.serviceId &&
    (find.instanceId === ANY_INSTANCE || find.instanceId === service.instanceId) &&
    (find.majorVersion === ANY_MAJOR || find.majorVersion === service.majorVersion) &&
    (find.minorVersion === ANY_MINOR || find.minorVersion <= service.minorVersion)
  )
}
