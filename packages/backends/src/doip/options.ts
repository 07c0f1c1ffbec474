import type { EcuDescription } from '@opensovd/ecu'
import type { SovdErrorCode } from '@opensovd/sovd'
import type { ConnectionSettings, UdsSettings } from '@opensovd/uds'

/** Part of an ECU's memory that clients may read, and write where it says so. */
export interface MemoryWindow {
  readonly ecu: string
  readonly address: number
  /** Bytes. */
  readonly size: number
  readonly isWritable: boolean
}

/** What an interlock keeps from happening. */
export const GUARDED = ['operations', 'io', 'modes', 'writing', 'memory', 'reset', 'flash', 'raw'] as const
export type Guarded = (typeof GUARDED)[number]

/** A condition of the vehicle, without which some things are not done. */
export type Interlock = {
  /** What it is about; all when left out. */
  readonly guards?: readonly Guarded[]
} & (
  | {
      readonly kind: 'data'
      /** Where it is read; it may be another ECU of the backend than the one that something is done to. */
      readonly ecu: string
      readonly data: string
      readonly equals?: number | string | boolean
      readonly minimum?: number
      readonly maximum?: number
    }
  /** The DoIP entity must say that the vehicle is ready. */
  | { readonly kind: 'powerMode'; readonly udpPort: number }
)

export interface DoipBackendOptions {
  /** As messages, logs and metrics call it. */
  readonly name: string
  readonly connection: ConnectionSettings
  readonly uds?: UdsSettings
  /** The ECUs that are served. */
  readonly ecus: readonly EcuDescription[]
  /** How often an ECU that nobody asks anything is asked whether it is there. */
  readonly presenceMs: number
  /** Pause between two tester present messages. */
  readonly testerPresentMs: number
  /** After this time without other requests, a session is not kept alive any longer. */
  readonly sessionIdleMs: number
  /** None: no memory can be read or written. */
  readonly memory: readonly MemoryWindow[]
  readonly interlocks: readonly Interlock[]
  /** Whether messages can be passed through as they are. */
  readonly isRawAllowed: boolean
  /** What refusals of ECUs mean to clients, where that differs from the table of the gateway; by NRC. */
  readonly refusals: ReadonlyMap<number, SovdErrorCode>
}
