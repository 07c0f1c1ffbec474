import type { BridgeMode } from '@opensovd/sovd'
import { BridgeSessions, type BridgeSessionsOptions } from './bridge-sessions.ts'

export interface BridgeOptions extends BridgeSessionsOptions {
  readonly mode?: BridgeMode
}

/** The bridge between vehicles and a cloud, from either side. */
export class Bridge implements Disposable {
  readonly mode: BridgeMode
  readonly sessions: BridgeSessions
  /** Of a vehicle: whether it is connected to its relay. Set by who holds the connection. */
  isConnected = false

  constructor({ mode = 'disabled', ...options }: BridgeOptions) {
    this.mode = mode
    this.sessions = new BridgeSessions(options)
  }

  [Symbol.dispose](): void {
    this.sessions[Symbol.dispose]()
  }
}
