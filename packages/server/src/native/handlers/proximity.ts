import type { Diagnostics } from '@opensovd/core'
import { type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { challengeView } from '../views/proximity.ts'

type ProximityRoutes = Pick<NativeApi, 'challengeProximity' | 'readChallenge'>

export function proximityHandlers({ tree, proximity }: Diagnostics, base: string) {
  return handlersOf<ProximityRoutes>({
    challengeProximity: ({ params, body: { response, challengeId } }, context) => {
      const { caller } = context
      const entity = tree.get('component', params.componentId)
      if (response === undefined && challengeId !== undefined) {
        throw new SovdError('invalid-request', 'challengeId needs a response to it', { target: 'response' })
      }
      const challenge =
        response === undefined
          ? proximity.create(entity, caller)
          : proximity.answer(entity, response, caller, challengeId)
      if (challenge.status === 'failed') context.note?.('the answer is wrong', 'denied')
      return {
        location: `${base}/components/${entity.id}/proximity-challenge/${challenge.id}`,
        body: challengeView(challenge),
      }
    },

    readChallenge: ({ params }) =>
      challengeView(proximity.get(tree.get('component', params.componentId), params.challengeId)),
  })
}
