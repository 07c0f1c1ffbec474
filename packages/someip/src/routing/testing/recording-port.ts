import { toHex } from '@opensovd/base/bytes'
import type { EndpointAddress } from '../../endpoint/endpoint-address.ts'
import type { MessagePort, Transport } from '../message-port.ts'

/** A port that remembers what was sent, as hex digits. */
export class RecordingPort implements MessagePort {
  readonly transport: Transport
  readonly sent: { readonly hex: string; readonly to: string }[] = []
  isFull = false

  constructor(transport: Transport) {
    this.transport = transport
  }

  send(message: Uint8Array, to: EndpointAddress): boolean {
    if (this.isFull) return false
    this.sent.push({ hex: toHex(message), to: to.key })
    return true
  }

  get hex(): readonly string[] {
    return this.sent.map(({ hex }) => hex)
  }
}
