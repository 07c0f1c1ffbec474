import type { Diagnostics, Entity } from '@opensovd/core'
import { type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { challengeView } from '../views/proximity.ts'
import { COLLECTIONS, type Doer } from './entities.ts'

type ProximityRoutes = Pick<
  NativeApi,
  | 'challengeProximity'
  | 'readChallenge'
  | 'challengeAppProximity'
  | 'readAppChallenge'
  | 'challengeFunctionProximity'
  | 'readFunctionChallenge'
>

interface Answer {
  readonly response?: string
  readonly challengeId?: string
}

export function proximityHandlers({ tree, proximity }: Diagnostics, base: string) {
  const give = (entity: Entity, { response, challengeId }: Answer, { caller }: RequestContext) => {
    if (response !== undefined) return proximity.answer(entity, response, caller, challengeId)
    if (challengeId === undefined) return proximity.create(entity, caller)
    throw new SovdError('invalid-request', 'challengeId needs a response to it', { target: 'response' })
  }
  const challenge = (kind: Doer, id: string, answer: Answer, context: RequestContext) => {
    const entity = tree.get(kind, id)
    const given = give(entity, answer, context)
    if (given.status === 'failed') context.note?.('the answer is wrong', 'denied')
    return {
      location: `${base}/${COLLECTIONS[kind]}/${entity.id}/proximity-challenge/${given.id}`,
      body: challengeView(given),
    }
  }
  const read = (kind: Doer, id: string, challengeId: string) =>
    challengeView(proximity.get(tree.get(kind, id), challengeId))

  return handlersOf<ProximityRoutes>({
    challengeProximity: ({ params, body }, context) => challenge('component', params.componentId, body, context),
    readChallenge: ({ params }) => read('component', params.componentId, params.challengeId),
    challengeAppProximity: ({ params, body }, context) => challenge('app', params.appId, body, context),
    readAppChallenge: ({ params }) => read('app', params.appId, params.challengeId),
    challengeFunctionProximity: ({ params, body }, context) => challenge('function', params.functionId, body, context),
    readFunctionChallenge: ({ params }) => read('function', params.functionId, params.challengeId),
  })
}
