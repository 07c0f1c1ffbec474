import type { EntityRef } from '../locks/lock.ts'

/** `pending → verified | failed`; what is verified is gone once something was started with it. */
export type ChallengeStatus = 'pending' | 'verified' | 'failed'

/** What somebody near the vehicle has to sign. */
export interface Challenge {
  readonly id: string
  readonly entity: EntityRef
  /** Whom it was given to; nobody else can use it. */
  readonly subject?: string
  /** The operation that it is for; absent: any of the entity. */
  readonly operationId?: string
  readonly text: string
  readonly status: ChallengeStatus
  /** RFC 3339. */
  readonly validUntil: string
}

/** Whether a response is the signature of a challenge. */
export type ProximityVerifier = (challenge: string, response: string) => boolean
