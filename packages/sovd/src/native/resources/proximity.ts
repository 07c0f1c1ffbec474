import { Type } from 'typebox'
import { Id, Timestamp } from './common.ts'

export const ProximityChallenge = Type.Object(
  {
    challengeId: Id,
    status: Type.Enum(['pending', 'verified', 'failed']),
    challenge: Type.String({ description: 'the text to sign' }),
    '@sovd.validUntil': Timestamp,
  },
  { title: 'ProximityChallenge' },
)

export const ProximityAnswer = Type.Object(
  {
    response: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'the signature in Base64; absent: for a new challenge',
      }),
    ),
    challengeId: Type.Optional(
      Type.String({ description: 'what it answers, if not the newest challenge of the caller' }),
    ),
  },
  { title: 'ProximityAnswer' },
)
