import type { TlsOptions } from '../network.ts'
import { ACTIVATION_TYPE, DOIP_PORT, DOIP_TLS_PORT, DOIP_VERSION } from './constants.ts'

export interface ConnectionTiming {
  /** For TCP and, where asked for, TLS to come about. */
  readonly connectMs: number
  /** For the answer to a routing activation: A_DoIP_Ctrl. */
  readonly controlMs: number
  /** For somebody in the vehicle to confirm a routing activation. */
  readonly confirmationMs: number
  /** For the entity to take or refuse a diagnostic message, or at least to read it: A_DoIP_Diagnostic_Message. */
  readonly acknowledgeMs: number
}

/** How to reach the entity at one network address. */
export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  readonly tls?: TlsOptions
  /** Logical address of this tester, 0x0E00 to 0x0FFF. */
  readonly testerAddress: number
  readonly activationType: number
  /** Four bytes that some makers want in the routing activation. */
  readonly oem?: Uint8Array
  readonly protocolVersion: number
  /** When given, an entity with another logical address is refused. */
  readonly entityAddress?: number
  /** `ignore` is for entities that do not acknowledge: a message counts as taken once it is written. */
  readonly acknowledge: 'wait' | 'ignore'
  /** Longer messages of the entity are dropped. */
  readonly maxMessageLength: number
  readonly timing: ConnectionTiming
}

/** `ConnectionOptions` of which only the addresses must be given. */
export type ConnectionSettings = Pick<ConnectionOptions, 'host' | 'testerAddress'> &
  Partial<Omit<ConnectionOptions, 'timing'>> & { readonly timing?: Partial<ConnectionTiming> }

const TIMING: ConnectionTiming = { connectMs: 10_000, controlMs: 2000, confirmationMs: 60_000, acknowledgeMs: 2000 }

export function connectionOptions(settings: ConnectionSettings): ConnectionOptions {
  return {
    port: settings.tls ? DOIP_TLS_PORT : DOIP_PORT,
    activationType: ACTIVATION_TYPE.DEFAULT,
    protocolVersion: DOIP_VERSION.ISO_13400_2012,
    acknowledge: 'wait',
    maxMessageLength: 16 * 1024 * 1024,
    ...settings,
    timing: { ...TIMING, ...settings.timing },
  }
}
