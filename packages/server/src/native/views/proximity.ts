import { pick } from '@opensovd/base'
import type { Challenge } from '@opensovd/core'

export function challengeView(challenge: Challenge) {
  return {
    challengeId: challenge.id,
    ...pick(challenge, ['status']),
    challenge: challenge.text,
    '@sovd.validUntil': challenge.validUntil,
  }
}
