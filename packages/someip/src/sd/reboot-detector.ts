import type { SessionStamp } from './sent-sessions.ts'

export interface Observation {
  readonly rebooted: boolean
  /** When the peer was heard of before; undefined: never. */
  readonly previousMs: number | undefined
  /** Messages that were sent before this one and did not arrive. */
  readonly lost: number
}

interface LastSeen {
  readonly timeMs: number
  multicast?: SessionStamp
  unicast?: SessionStamp
}

/**
 * Notices reboots of other hosts by the session counters and reboot flags of their messages, multicast and unicast
 * apart [feat_req_someipsd_764]. After a reboot both are counted anew.
 *
 * Of more than `maxPeers`, the peer heard of longest ago is forgotten: one reboot of it may go unnoticed.
 */
export class RebootDetector {
  readonly #maxPeers: number
  /** By address, the one heard of longest ago first. Bounded by `maxPeers`. */
  readonly #peers = new Map<string, LastSeen>()

  constructor(maxPeers: number) {
    this.#maxPeers = maxPeers
  }

  get size(): number {
    return this.#peers.size
  }

  observe(address: string, isMulticast: boolean, stamp: SessionStamp, timeMs: number): Observation {
    const kind = isMulticast ? 'multicast' : 'unicast'
    const known = this.#peers.get(address)
    const last = known?.[kind]
    const rebooted = last !== undefined && isReboot(last, stamp)
    this.#remember(address, { ...(rebooted ? {} : known), [kind]: stamp, timeMs })
    const lost = last === undefined || rebooted ? 0 : Math.max(0, stamp.sessionId - last.sessionId - 1)
    return { rebooted, previousMs: known?.timeMs, lost }
  }

  /** Forgets all peers. */
  clear(): void {
    this.#peers.clear()
  }

  #remember(address: string, seen: LastSeen): void {
    this.#peers.delete(address)
    this.#peers.set(address, seen)
    const [oldest] = this.#peers.keys()
    if (this.#peers.size > this.#maxPeers && oldest !== undefined) this.#peers.delete(oldest)
  }
}

function isReboot(last: SessionStamp, stamp: SessionStamp): boolean {
  return stamp.reboot && (!last.reboot || last.sessionId >= stamp.sessionId)
}
