import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import type { NpduTiming } from '../npdu/collector.ts'

export type Transport = 'reliable' | 'unreliable'

/** An open socket or connection as routing sees it. */
export interface MessagePort {
  readonly transport: Transport
  /**
   * Takes an encoded message, which must not be changed afterwards. Returns false when it cannot take it: too much is
   * waiting, or there is no connection.
   */
  send(message: Uint8Array, to: EndpointAddress, timing: NpduTiming): boolean
}
