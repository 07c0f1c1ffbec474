import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import type { ClientPort } from '../routing/client-port.ts'
import type { MessagePort } from '../routing/message-port.ts'

/** A socket or connection to an endpoint of another host, as long as somebody uses it. */
export interface ClientLink extends AsyncDisposable {
  /** Undefined while there is none: not yet open, or not connected. */
  readonly state: { readonly port: MessagePort; readonly localPort: number } | undefined
  /** Receives what is sent to a group; nothing on a connection. */
  join(group: EndpointAddress): void
  /** Ends a connection that seems to be dead and makes another one; nothing on a socket. */
  restart(): void
}

export interface ClientLinkOptions {
  readonly client: ClientPort
  readonly serviceId: number
  readonly instanceId: number
  /** Called when `state` has changed. */
  readonly onChange: () => void
}
