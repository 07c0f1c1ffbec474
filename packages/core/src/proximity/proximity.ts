import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Caller } from '../caller.ts'
import type { Operation } from '../facets/operations.ts'
import { type EntityRef, nameOf } from '../locks/lock.ts'
import type { Challenge, ChallengeStatus, ProximityVerifier } from './challenge.ts'

export interface ProximityOptions {
  readonly clock: Clock
  readonly createId: () => string
  /** Absent: nobody can prove anything. */
  readonly verify?: ProximityVerifier
  readonly validMs?: number
  readonly maxChallenges?: number
}

interface Entry {
  challenge: Challenge
  readonly deadlineMs: number
}

const DEFAULTS = { validMs: 120_000, maxChallenges: 10_000 }
/** Challenges that one caller has at one entity at a time; beyond it the oldest are gone. */
const MAX_PER_CALLER = 16

/** What a client does to be given a challenge, to answer it, and to start what needs the answer. */
export class Proximity {
  readonly #options: ProximityOptions & typeof DEFAULTS
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>()

  constructor(options: ProximityOptions) {
    this.#options = { ...DEFAULTS, ...options }
  }

  /** Whether anybody can prove anything here. */
  get canVerify(): boolean {
    return this.#options.verify !== undefined
  }

  /**
   * Gives out a new challenge.
   * @throws SovdError `not-implemented` where no answer could be verified
   */
  create(entity: EntityRef, caller: Caller, operationId?: string): Challenge {
    this.#requireVerifier()
    this.#makeRoom(entity, caller)
    const { clock, createId, validMs } = this.#options
    const id = createId()
    const challenge: Challenge = {
      id,
      entity: { kind: entity.kind, id: entity.id },
      ...(caller.subject === undefined ? {} : { subject: caller.subject }),
      ...(operationId === undefined ? {} : { operationId }),
      text: `proximity-${entity.id}-${id}`,
      status: 'pending',
      validUntil: new Date(clock.now() + validMs).toISOString(),
    }
    this.#entries.set(id, { challenge, deadlineMs: clock.monotonic() + validMs })
    return challenge
  }

  /** The challenge that a caller has to answer to start an operation: the one it was given already, or a new one. */
  pendingFor(entity: EntityRef, operationId: string, caller: Caller): Challenge {
    const known = this.#of(entity, caller).find(
      ({ challenge }) => challenge.status === 'pending' && challenge.operationId === operationId,
    )
    return known?.challenge ?? this.create(entity, caller, operationId)
  }

  /** @throws SovdError `not-found` for what was never given out at the entity, is used or is no longer valid */
  get(entity: EntityRef, id: string): Challenge {
    return this.#get(entity, id).challenge
  }

  /**
   * Judges the answer to a challenge, once.
   * @param id the newest pending one of the caller if absent
   * @throws SovdError `not-found`; `conflict` when it was answered before; `forbidden` when it is another caller's
   */
  answer(entity: EntityRef, response: string, caller: Caller, id?: string): Challenge {
    const entry = id === undefined ? this.#newest(entity, caller) : this.#get(entity, id)
    const { challenge } = entry
    if (challenge.subject !== caller.subject) {
      throw new SovdError('forbidden', `challenge '${challenge.id}' was given to somebody else`, {
        target: challenge.id,
      })
    }
    if (challenge.status !== 'pending') {
      throw new SovdError('conflict', `challenge '${challenge.id}' was answered before`, { target: challenge.id })
    }
    const isRight = this.#requireVerifier()(challenge.text, response)
    return this.#settle(entry, isRight ? 'verified' : 'failed')
  }

  /**
   * Lets an operation start that needs a proof, and uses the proof up. With a response, that has to answer a pending
   * challenge; without, the caller has to have answered one before.
   * @throws SovdError `forbidden`
   */
  require(entity: EntityRef, operation: Pick<Operation, 'id'>, response: string | undefined, caller: Caller): void {
    const usable = this.#of(entity, caller).filter(({ challenge: { operationId } }) => {
      return operationId === undefined || operationId === operation.id
    })
    const status: ChallengeStatus = response === undefined ? 'verified' : 'pending'
    const entry = usable.findLast(({ challenge }) => challenge.status === status)
    if (!entry) {
      const missing = response === undefined ? 'a proof of proximity' : 'a challenge that this could be the answer to'
      throw new SovdError('forbidden', `'${operation.id}' of ${nameOf(entity)} needs ${missing}`, {
        target: operation.id,
      })
    }
    if (response !== undefined && !this.#requireVerifier()(entry.challenge.text, response)) {
      this.#settle(entry, 'failed')
      throw new SovdError('forbidden', `the proof of proximity for '${operation.id}' is wrong`, {
        target: operation.id,
      })
    }
    this.#entries.delete(entry.challenge.id)
  }

  #requireVerifier(): ProximityVerifier {
    const { verify } = this.#options
    if (verify) return verify
    throw new SovdError('not-implemented', 'this gateway has no key to verify proofs of proximity with')
  }

  #settle(entry: Entry, status: ChallengeStatus): Challenge {
    entry.challenge = { ...entry.challenge, status }
    return entry.challenge
  }

  #newest(entity: EntityRef, caller: Caller): Entry {
    const entry = this.#of(entity, caller).findLast(({ challenge }) => challenge.status === 'pending')
    if (entry) return entry
    throw new SovdError('not-found', `no challenge is pending at ${nameOf(entity)}`)
  }

  #get(entity: EntityRef, id: string): Entry {
    this.#forgetExpired()
    const entry = this.#entries.get(id)
    if (entry && sameEntity(entry.challenge.entity, entity)) return entry
    throw new SovdError('not-found', `there is no proximity challenge '${id}' at ${nameOf(entity)}`, { target: id })
  }

  /** The valid challenges of a caller at an entity, the oldest first. */
  #of(entity: EntityRef, caller: Caller): readonly Entry[] {
    this.#forgetExpired()
    return [...this.#entries.values()].filter(
      ({ challenge }) => sameEntity(challenge.entity, entity) && challenge.subject === caller.subject,
    )
  }

  /** All are valid equally long, so the oldest expire first. */
  #forgetExpired(): void {
    const nowMs = this.#options.clock.monotonic()
    for (const [id, { deadlineMs }] of this.#entries) {
      if (deadlineMs > nowMs) return
      this.#entries.delete(id)
    }
  }

  #makeRoom(entity: EntityRef, caller: Caller): void {
    const own = this.#of(entity, caller)
    if (own.length >= MAX_PER_CALLER && own[0]) this.#entries.delete(own[0].challenge.id)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size >= this.#options.maxChallenges && oldest !== undefined) this.#entries.delete(oldest)
  }
}

function sameEntity(one: EntityRef, other: EntityRef): boolean {
  return one.kind === other.kind && one.id === other.id
}
