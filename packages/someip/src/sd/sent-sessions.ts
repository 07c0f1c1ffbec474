/** What a message carries so that receivers notice a reboot of its sender. */
export interface SessionStamp {
  readonly sessionId: number
  readonly reboot: boolean
}

const FIRST: SessionStamp = { sessionId: 1, reboot: true }
const LAST_SESSION = 0xffff

/**
 * Counts what is sent: one counter for multicast, one for each unicast peer [feat_req_someipsd_765].
 *
 * Of more than `maxPeers`, the peer sent to longest ago is forgotten. New counters then start where the highest
 * forgotten one was, so that a forgotten peer never takes a return for a reboot.
 */
export class SentSessions {
  readonly #maxPeers: number
  #multicast = FIRST
  /** The next stamp of each peer, the one used longest ago first. Bounded by `maxPeers`. */
  readonly #peers = new Map<string, SessionStamp>()
  #start = FIRST

  constructor(maxPeers: number) {
    this.#maxPeers = maxPeers
  }

  nextMulticast(): SessionStamp {
    const stamp = this.#multicast
    this.#multicast = following(stamp)
    return stamp
  }

  nextUnicast(address: string): SessionStamp {
    const stamp = this.#peers.get(address) ?? this.#start
    this.#peers.delete(address)
    this.#makeRoom()
    this.#peers.set(address, following(stamp))
    return stamp
  }

  /** Counts anew, as after a reboot. */
  restart(): void {
    this.#multicast = FIRST
    this.#peers.clear()
    this.#start = FIRST
  }

  #makeRoom(): void {
    if (this.#peers.size < this.#maxPeers) return
    for (const [address, stamp] of this.#peers) {
      this.#peers.delete(address)
      this.#start = later(this.#start, stamp)
      return
    }
  }
}

/** After the last session the counter starts at 1 again, and the reboot flag stays cleared [feat_req_someipsd_41]. */
function following({ sessionId, reboot }: SessionStamp): SessionStamp {
  return sessionId === LAST_SESSION ? { sessionId: 1, reboot: false } : { sessionId: sessionId + 1, reboot }
}

function later(one: SessionStamp, other: SessionStamp): SessionStamp {
  if (one.reboot !== other.reboot) return one.reboot ? other : one
  return one.sessionId >= other.sessionId ? one : other
}
