import type { Json } from '@opensovd/base'

/** A vehicle that is connected. */
export interface BridgeSession {
  readonly id: string
  readonly vehicleId: string
  /** Whose vehicle it is. */
  readonly tenantId?: string
  /** RFC 3339. */
  readonly connectedAt: string
  readonly remoteAddress?: string
}

/** A vehicle that has proven which one it is. */
export type ConnectingVehicle = Pick<BridgeSession, 'vehicleId' | 'tenantId' | 'remoteAddress'>

/** A request for the server of a vehicle. */
export interface ForwardRequest {
  readonly method: string
  /** Path and query as a client of the vehicle's server sends them. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
}

/** What the server of a vehicle answered. */
export interface ForwardAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON; or the text of something else, which its header `content-type` tells. */
  readonly body?: Json
  /** How `body` is written where the content is no text. */
  readonly encoding?: 'base64'
}

/** Why a session ends. */
export const SESSION_ENDS = {
  lost: 'the connection ended',
  replaced: 'the vehicle connected anew',
  disconnected: 'a client ended the session',
  'switched-off': 'the bridge was switched off',
  stopped: 'the relay stops',
} as const satisfies Readonly<Record<string, string>>

export type SessionEnd = keyof typeof SESSION_ENDS

/** The connection to a vehicle. */
export interface VehicleLink {
  /**
   * Hands a request over; its answer comes later, by its id.
   * @throws SovdError `content-too-large`, `unavailable` when the vehicle does not take what is sent
   */
  send(requestId: string, request: ForwardRequest): void
  /** Resolves when the vehicle has answered a ping; rejects with the signal's reason. */
  ping(signal: AbortSignal): Promise<void>
  /** Tells the vehicle and lets go of it. */
  close(end: SessionEnd): void
}
