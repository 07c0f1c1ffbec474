import type { Json } from '@opensovd/base'
import type { BridgeSession, Diagnostics } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'

type BridgeRoutes = Pick<
  NativeApi,
  | 'readBridgeStatus'
  | 'listBridgeSessions'
  | 'readBridgeSession'
  | 'forwardToVehicle'
  | 'pingVehicle'
  | 'endBridgeSession'
>

/** Characters of a path that the audit trail keeps. */
const MAX_NOTED = 512

export function bridgeHandlers({ bridge, features }: Diagnostics) {
  const { sessions } = bridge
  return handlersOf<BridgeRoutes>({
    readBridgeStatus: () => ({
      enabled: features.isOn('bridge'),
      active_sessions: sessions.list().length,
      mode: bridge.mode,
      ...(bridge.mode === 'vehicle-client' && { '@sovd.connected': bridge.isConnected }),
    }),

    listBridgeSessions: () => ({ items: sessions.list().map(sessionView) }),

    readBridgeSession: ({ params }) => sessionView(sessions.get(params.sessionId)),

    forwardToVehicle: async ({ params, body: { body, ...request } }, context) => {
      const { vehicleId } = sessions.get(params.sessionId)
      const asked = `${request.method} ${request.path.slice(0, MAX_NOTED)} of vehicle ${vehicleId}`
      context.note?.(asked)
      const content = body === undefined ? {} : { body: body as Json }
      const { requestId, ...answer } = await sessions.forward(params.sessionId, { ...request, ...content }, context)
      context.note?.(`${asked} answered ${answer.status}`)
      return { request_id: requestId, ...answer }
    },

    pingVehicle: ({ params }, context) => sessions.heartbeat(params.sessionId, context),

    endBridgeSession: ({ params }) => sessions.disconnect(params.sessionId),
  })
}

function sessionView({ id, vehicleId, tenantId, connectedAt, remoteAddress }: BridgeSession) {
  return {
    id,
    vehicle_id: vehicleId,
    tenant_id: tenantId ?? null,
    connected_at: connectedAt,
    remote_addr: remoteAddress ?? null,
  }
}
