/** What both ends have. */
export interface BridgeEnd {
  readonly heartbeatMs: number
  readonly maxFrameBytes: number
  readonly maxInFlight: number
}

/** What a relay runs with. */
export interface RelayConfig extends BridgeEnd {
  readonly role: 'relay'
  readonly host: string
  readonly port: number
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string }
  readonly timeoutMs: number
  readonly vehicles: readonly RelayedVehicle[]
}

/** A vehicle that may connect when it shows all of this. */
export interface RelayedVehicle {
  readonly vehicleId: string
  readonly tenantId?: string
  readonly tokenSha256?: string
  readonly certificateName?: string
}

/** What a vehicle runs with that connects to a relay. */
export interface VehicleConfig extends BridgeEnd {
  readonly role: 'vehicle'
  readonly url: string
  readonly vehicleId: string
  readonly tenantId?: string
  readonly token?: string
  /** PEM. */
  readonly tls?: { readonly cert?: string; readonly key?: string; readonly ca?: string }
  readonly backoffMs: number
  /** 0: any number. */
  readonly maxAttempts: number
}

export type BridgeConfig = RelayConfig | VehicleConfig
