import {
  ACTIVATION_TYPE,
  DOIP_PORT,
  DOIP_TLS_PORT,
  DOIP_VERSION,
  FURTHER_ACTION,
  NODE_TYPE,
  POWER_MODE,
} from '../doip/constants.ts'
import type { Address, TlsOptions } from '../network.ts'

/** What an entity says of itself in announcements. */
export interface EntityIdentity {
  readonly vin: string
  readonly logicalAddress: number
  /** 12 hex digits, usually the MAC address. */
  readonly eid: string
  /** 12 hex digits. */
  readonly gid: string
  readonly furtherAction?: number
  readonly syncStatus?: number
}

export interface ActivationRequest {
  readonly tester: number
  readonly activationType: number
  readonly oem?: Uint8Array
  readonly secure: boolean
}

/** What a routing activation type asks for. */
export interface ActivationRule {
  readonly tlsRequired?: boolean
  /** False answers missingAuthentication. */
  authenticate?(request: ActivationRequest): Promise<boolean>
  /** Asks somebody in the vehicle; the tester is told confirmationRequired until it resolves. */
  confirm?(request: ActivationRequest, signal: AbortSignal): Promise<boolean>
}

/** Times of ISO 13400-2. */
export interface EntityTiming {
  /** Longest random delay before announcements and identification answers: A_DoIP_Announce_Wait. */
  readonly announceWaitMs: number
  /** A_DoIP_Announce_Interval. */
  readonly announceIntervalMs: number
  /** A connection without routing activation is closed: T_TCP_Initial_Inactivity. */
  readonly initialInactivityMs: number
  /** A connection on which nothing happens is closed: T_TCP_General_Inactivity. */
  readonly generalInactivityMs: number
  /** T_TCP_Alive_Check. */
  readonly aliveCheckMs: number
}

export interface EntityOptions {
  readonly identity: EntityIdentity
  readonly nodeType: number
  readonly protocolVersion: number
  /**
   * Address of the network interface; all interfaces when left out. With one, Linux keeps broadcast requests from
   * the entity: testers must then ask it by its address.
   */
  readonly host?: string
  readonly tcpPort: number
  readonly udpPort: number
  /** Adds a TLS port. */
  readonly tls?: TlsOptions & { readonly port: number }
  /** Routes that can be active at once. One connection more is let in, to find out whether another has died. */
  readonly maxSockets: number
  /** Longest DoIP payload; longer ones are refused and skipped. */
  readonly maxDataSize: number
  readonly activationTypes: Readonly<Record<number, ActivationRule>>
  /** Whether a tester address may activate a route. */
  isKnownTester(tester: number): boolean
  powerMode(): number
  /** Where announcements go, and how many each. */
  readonly announceTo: readonly Address[]
  readonly announceCount: number
  /** Multicast groups to hear discovery requests in, such as ff02::1. */
  readonly groups: readonly string[]
  readonly timing: EntityTiming
}

export type EntitySettings = Pick<EntityOptions, 'identity'> &
  Partial<Omit<EntityOptions, 'timing' | 'tls'>> & {
    readonly timing?: Partial<EntityTiming>
    readonly tls?: TlsOptions & { readonly port?: number }
  }

const TIMING: EntityTiming = {
  announceWaitMs: 500,
  announceIntervalMs: 500,
  initialInactivityMs: 2000,
  generalInactivityMs: 300_000,
  aliveCheckMs: 500,
}

export function entityOptions({ tls, timing, ...settings }: EntitySettings): EntityOptions {
  return {
    nodeType: NODE_TYPE.GATEWAY,
    protocolVersion: DOIP_VERSION.ISO_13400_2012,
    tcpPort: DOIP_PORT,
    udpPort: DOIP_PORT,
    maxSockets: 4,
    maxDataSize: 1024 * 1024,
    activationTypes: { [ACTIVATION_TYPE.DEFAULT]: {}, [ACTIVATION_TYPE.WWH_OBD]: {} },
    isKnownTester: (tester) => tester >= 0x0e00 && tester <= 0x0fff,
    powerMode: () => POWER_MODE.READY,
    announceTo: [{ host: '255.255.255.255', port: DOIP_PORT }],
    announceCount: 3,
    groups: [],
    ...settings,
    ...(tls && { tls: { port: DOIP_TLS_PORT, ...tls } }),
    identity: { furtherAction: FURTHER_ACTION.NONE, ...settings.identity },
    timing: { ...TIMING, ...timing },
  }
}
