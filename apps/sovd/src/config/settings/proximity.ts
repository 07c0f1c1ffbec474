import { Type } from 'typebox'
import { optionalText, secret, section } from './section.ts'

export const PROXIMITY_SECTION = section('Proofs that somebody is near the vehicle.', {
  public_key_path: optionalText('PEM file with the Ed25519 key that signatures of challenges are verified with.'),
  hmac_secret: secret('Secret of the HMAC-SHA-256 tags of challenges, instead of a key.'),
  valid_secs: Type.Number({
    exclusiveMinimum: 0,
    maximum: 3600,
    default: 120,
    description: 'How long a challenge can be answered, and its answer be used.',
  }),
  operations: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Operations that need a proof beside those whose sources say so: `component/operation`.',
  }),
})
