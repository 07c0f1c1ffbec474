import { created, json, route } from '../../route.ts'
import { ProximityAnswer, ProximityChallenge } from '../resources/proximity.ts'

function challengeRows<const P extends string>(path: P, what: string) {
  const challenges = `${path}/proximity-challenge` as const
  const tag = 'proximity'
  return {
    challenge: route({
      method: 'POST',
      path: challenges,
      tag,
      permission: 'operations:execute',
      mutates: false,
      summary: `Get a challenge of ${what} to prove with that somebody is near the vehicle, or answer one`,
      body: ProximityAnswer,
      bodyOptional: true,
      reply: created(ProximityChallenge, 201),
      errors: ['not-found', 'forbidden', 'conflict', 'not-implemented'],
    }),
    read: route({
      method: 'GET',
      path: `${challenges}/{challengeId}`,
      tag,
      permission: 'operations:read',
      summary: `A challenge of ${what}, and whether it was answered`,
      reply: json(ProximityChallenge),
      errors: ['not-found'],
    }),
  } as const
}

const ofComponent = challengeRows('/components/{componentId}', 'a component')
const ofApp = challengeRows('/apps/{appId}', 'an app')
const ofFunction = challengeRows('/funcs/{functionId}', 'a function')

export const proximityRoutes = {
  challengeProximity: ofComponent.challenge,
  readChallenge: ofComponent.read,
  challengeAppProximity: ofApp.challenge,
  readAppChallenge: ofApp.read,
  challengeFunctionProximity: ofFunction.challenge,
  readFunctionChallenge: ofFunction.read,
} as const
