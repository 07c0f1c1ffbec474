import { created, json, route } from '../../route.ts'
import { ProximityAnswer, ProximityChallenge } from '../resources/proximity.ts'

const tag = 'proximity'

export const proximityRoutes = {
  challengeProximity: route({
    method: 'POST',
    path: '/components/{componentId}/proximity-challenge',
    tag,
    permission: 'operations:execute',
    mutates: false,
    summary: 'Get a challenge to prove with that somebody is near the vehicle, or answer one',
    body: ProximityAnswer,
    bodyOptional: true,
    reply: created(ProximityChallenge, 201),
    errors: ['not-found', 'forbidden', 'conflict', 'not-implemented'],
  }),
  readChallenge: route({
    method: 'GET',
    path: '/components/{componentId}/proximity-challenge/{challengeId}',
    tag,
    permission: 'operations:read',
    summary: 'A challenge, and whether it was answered',
    reply: json(ProximityChallenge),
    errors: ['not-found'],
  }),
} as const
