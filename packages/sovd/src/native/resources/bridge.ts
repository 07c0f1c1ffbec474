import { Type } from 'typebox'
import { AnyJson, Id, Timestamp } from './common.ts'

/** What a gateway is to the bridge: where vehicles connect to, or a vehicle that connects. */
export const BRIDGE_MODES = ['cloud-relay', 'vehicle-client', 'disabled'] as const

export type BridgeMode = (typeof BRIDGE_MODES)[number]

export const BridgeStatus = Type.Object(
  {
    enabled: Type.Boolean(),
    active_sessions: Type.Integer({ minimum: 0, description: 'vehicles that are connected here' }),
    mode: Type.Enum([...BRIDGE_MODES]),
    '@sovd.connected': Type.Optional(
      Type.Boolean({ description: 'of a vehicle: whether it is connected to its relay' }),
    ),
  },
  { title: 'BridgeStatus' },
)

const TextOrNull = Type.Union([Type.String(), Type.Null()])

export const BridgeSessionBody = Type.Object(
  {
    id: Id,
    vehicle_id: Id,
    tenant_id: TextOrNull,
    connected_at: Timestamp,
    remote_addr: TextOrNull,
  },
  { title: 'BridgeSession' },
)

const Headers = Type.Record(Type.String(), Type.String())

export const ForwardRequestBody = Type.Object(
  {
    method: Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: Type.String({
      pattern: '^/[!-~]*$',
      maxLength: 8192,
      description: 'path and query at the server of the vehicle, such as /sovd/v1/components',
    }),
    body: Type.Optional(AnyJson),
    headers: Type.Optional(Headers),
  },
  { title: 'BridgeForwardRequest' },
)

export const ForwardAnswerBody = Type.Object(
  {
    request_id: Id,
    status: Type.Integer({ minimum: 100, maximum: 599, description: 'of the answer of the vehicle' }),
    body: Type.Optional(AnyJson),
    headers: Type.Optional(Headers),
    encoding: Type.Optional(Type.Literal('base64', { description: 'there when body is no text but bytes' })),
  },
  { title: 'BridgeForwardAnswer' },
)
