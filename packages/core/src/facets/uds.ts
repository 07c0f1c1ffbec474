import type { Json } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'

/** inputOutputControlParameter [14229-1 12.2]. */
export type IoControl = 'returnControlToEcu' | 'resetToDefault' | 'freezeCurrentState' | 'shortTermAdjustment'

/** What an input or output is at after a request to control it. */
export interface IoState {
  /** Decoded; absent where the bytes are not what the description says. */
  readonly value?: Json
  readonly raw: Uint8Array
}

/** controlType of CommunicationControl [14229-1 9.5]. */
export const COMMUNICATION_CONTROLS = [
  'enableRxAndEnableTx',
  'enableRxAndDisableTx',
  'disableRxAndEnableTx',
  'disableRxAndDisableTx',
] as const
export type CommunicationControl = (typeof COMMUNICATION_CONTROLS)[number]

export interface SecurityLevel {
  readonly id: string
  readonly name?: string
  /** The odd sub-function that asks for the seed. */
  readonly level: number
  readonly isUnlocked: boolean
  /** Wrong keys that the ECU will still take; only the gateway's own are counted. */
  readonly remainingAttempts: number
  /** Sessions in which it can be unlocked; absent: any. */
  readonly sessions?: readonly string[]
}

export interface SeedAnswer {
  /** Empty when the level is unlocked already: no key is needed then. */
  readonly seed: Uint8Array
}

export interface KeyVerdict {
  readonly isGranted: boolean
  readonly remainingAttempts: number
}

/** A session that is kept alive by tester present. */
export interface KeptSession {
  readonly session: string
  /** Sub-function of DiagnosticSessionControl. */
  readonly udsSession: number
  /** Who entered it, where that is known. */
  readonly owner?: string
  /** Level that is unlocked in it. */
  readonly securityLevel?: number
  /** RFC 3339. */
  readonly since: string
  /** When the ECU last answered anything, RFC 3339. */
  readonly lastAnswer?: string
}

export interface MemoryArea {
  readonly address: number
  /** Bytes. */
  readonly size: number
}

/**
 * What an ECU can do in terms of UDS that SOVD has no words for [14229-1]. Presence of a member is the capability.
 * Calls reject with `SovdError`; what an ECU did not confirm may or may not have had its effect.
 */
export interface UdsFacet {
  /** Connects, and lets requests go to the ECU again after `disconnect`. */
  connect(context: CallContext): Promise<void>
  /** Ends the session; until `connect`, nothing is asked of the ECU. */
  disconnect(context: CallContext): Promise<void>
  /** @param state bytes for `shortTermAdjustment`, with the control mask behind them where the ECU has one */
  ioControl?(
    dataId: string,
    request: { readonly control: IoControl; readonly state?: Uint8Array },
    context: CallContext,
  ): Promise<IoState>
  /** @param request.communicationType which messages of which subnet; 0x01 is normal communication */
  communicationControl?(
    request: { readonly control: CommunicationControl; readonly communicationType: number },
    context: CallContext,
  ): Promise<void>
  dtcSetting?(setting: 'on' | 'off', context: CallContext): Promise<void>
  /** @throws SovdError `forbidden` outside of what the configuration allows */
  readMemory?(area: MemoryArea, context: CallContext): Promise<Uint8Array>
  /** @throws SovdError `forbidden` outside of what the configuration allows */
  writeMemory?(address: number, bytes: Uint8Array, context: CallContext): Promise<void>
  /** The operation that programs the ECU; its parameters are `{address, data}`, the data in Base64. */
  readonly flashOperation?: string
  securityLevels?(): readonly SecurityLevel[]
  /** @param level odd number */
  requestSeed?(level: number, context: CallContext): Promise<SeedAnswer>
  /** @throws SovdError when the ECU refuses it for another reason than that the key is wrong */
  sendKey?(level: number, key: Uint8Array, context: CallContext): Promise<KeyVerdict>
  /** The session that is kept alive now. */
  keptSession(): KeptSession | undefined
  /** Any message, as it is; the result is the positive answer, or empty where the message asked for none. */
  raw?(message: Uint8Array, context: CallContext): Promise<Uint8Array>
}
