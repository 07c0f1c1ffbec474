import { isIPv6 } from 'node:net'
import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'

interface Failures {
  readonly count: number
  readonly untilMs: number
}

/** Failures after which a client is kept waiting, by itself at one address, and one address for all its clients. */
const MAX_OF_CLIENT = 5
const MAX_OF_ADDRESS = 20
/** How long failures count, from the last one on. */
const MEMORY_MS = 60_000
/** Places remembered; the one that was not heard of for longest is forgotten first. */
const MAX_PLACES = 10_000

/** Slows those down who guess secrets. Who guesses right from elsewhere is not kept out. */
export class Attempts {
  readonly #clock: Clock
  readonly #failures = new Map<string, Failures>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @throws SovdError `too-many-requests` after too many failures */
  require(address: string, client: string): void {
    const nowMs = this.#clock.monotonic()
    for (const [place, max] of placesOf(address, client)) {
      const { count, untilMs } = this.#at(place)
      if (count < max) continue
      const retryAfterSeconds = Math.max(1, Math.ceil((untilMs - nowMs) / 1000))
      throw new SovdError('too-many-requests', 'too many attempts with wrong credentials', { retryAfterSeconds })
    }
  }

  failed(address: string, client: string): void {
    const untilMs = this.#clock.monotonic() + MEMORY_MS
    for (const [place] of placesOf(address, client)) {
      const { count } = this.#at(place)
      this.#failures.delete(place)
      this.#failures.set(place, { count: count + 1, untilMs })
    }
    for (const place of this.#failures.keys()) {
      if (this.#failures.size <= MAX_PLACES) break
      this.#failures.delete(place)
    }
  }

  /** Takes back one failure that was none. */
  succeeded(address: string, client: string): void {
    for (const [place] of placesOf(address, client)) {
      const known = this.#failures.get(place)
      if (!known) continue
      if (known.count > 1) this.#failures.set(place, { ...known, count: known.count - 1 })
      else this.#failures.delete(place)
    }
  }

  #at(place: string): Failures {
    const known = this.#failures.get(place)
    return known && known.untilMs > this.#clock.monotonic() ? known : { count: 0, untilMs: 0 }
  }
}

function placesOf(address: string, client: string): readonly (readonly [place: string, max: number])[] {
  const network = networkOf(address)
  return [
    [`${network} ${client}`, MAX_OF_CLIENT],
    [network, MAX_OF_ADDRESS],
  ]
}

/** Who has one IPv6 address has its network of 64 bits. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? []
  const before = head === '' ? [] : head.split(':')
  if (tail === undefined) return before.slice(0, 4).join(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}
