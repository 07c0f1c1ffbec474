import { collection, empty, json, route } from '../../route.ts'
import { BridgeSessionBody, BridgeStatus, ForwardAnswerBody, ForwardRequestBody } from '../resources/bridge.ts'

const tag = 'bridge'

export const bridgeRoutes = {
  readBridgeStatus: route({
    method: 'GET',
    path: '/x-bridge/status',
    tag,
    permission: 'bridge:read',
    summary: 'What this gateway is to the bridge between vehicles and a cloud',
    reply: json(BridgeStatus),
    errors: ['not-found'],
  }),
  listBridgeSessions: route({
    method: 'GET',
    path: '/x-bridge/sessions',
    tag,
    permission: 'bridge:read',
    summary: 'Vehicles that are connected',
    reply: collection('bridge-sessions', BridgeSessionBody),
    errors: ['not-found'],
  }),
  readBridgeSession: route({
    method: 'GET',
    path: '/x-bridge/sessions/{sessionId}',
    tag,
    permission: 'bridge:read',
    summary: 'A vehicle that is connected',
    reply: json(BridgeSessionBody),
    errors: ['not-found'],
  }),
  forwardToVehicle: route({
    method: 'POST',
    path: '/x-bridge/sessions/{sessionId}/forward',
    tag,
    permission: 'bridge:forward',
    mutates: false,
    summary: 'Let the server of a vehicle answer a request',
    body: ForwardRequestBody,
    reply: json(ForwardAnswerBody),
    errors: ['not-found', 'bad-gateway', 'unavailable'],
  }),
  pingVehicle: route({
    method: 'POST',
    path: '/x-bridge/sessions/{sessionId}/heartbeat',
    tag,
    permission: 'bridge:read',
    summary: 'Find out whether a vehicle is still there',
    reply: empty,
    errors: ['not-found', 'bad-gateway', 'unavailable'],
  }),
  endBridgeSession: route({
    method: 'DELETE',
    path: '/x-bridge/sessions/{sessionId}',
    tag,
    permission: 'bridge:write',
    mutates: false,
    summary: 'Disconnect a vehicle, which may connect again',
    reply: empty,
    errors: ['not-found'],
  }),
} as const
