import { Type } from 'typebox'
import { flag, section } from './section.ts'

export const RATE_LIMIT_SECTION = section('Limits on requests.', {
  enabled: flag('Refuse the requests of callers that send too many.', false),
  max_requests: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 100,
    description: 'Requests of one caller at once, and in a window on average.',
  }),
  window_secs: Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: 60,
    description: 'How long it takes until a caller that has used up all requests has all of them again.',
  }),
})
