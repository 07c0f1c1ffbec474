import type { EventgroupReliability } from '../reliability.ts'
import { checkId, SdError } from '../sd-error.ts'
import { formatService } from '../service-key.ts'
import type { Endpoint } from '../transport.ts'

export interface OfferedEventgroup {
  readonly eventgroupId: number
  /** `unknown`: whichever endpoints a subscriber has will do. */
  readonly reliability: EventgroupReliability
  /** Where events go once there are `threshold` UDP subscribers; a threshold of 0: never. */
  readonly multicast?: (Endpoint & { readonly threshold: number }) | undefined
}

/** A service instance of this host. */
export interface ServiceOffer {
  readonly serviceId: number
  readonly instanceId: number
  readonly majorVersion: number
  readonly minorVersion: number
  /** TCP port it is served on. */
  readonly reliablePort?: number | undefined
  /** UDP port it is served on. */
  readonly unreliablePort?: number | undefined
  readonly eventgroups: readonly OfferedEventgroup[]
}

/** @throws SdError */
export function checkServiceOffer(service: ServiceOffer): void {
  const { serviceId, instanceId, reliablePort, unreliablePort } = service
  checkId('serviceId', serviceId, 0xffff)
  checkId('instanceId', instanceId, 0xfffe)
  checkId('majorVersion', service.majorVersion, 0xfe)
  checkId('minorVersion', service.minorVersion, 0xffff_fffe)
  if (reliablePort === undefined && unreliablePort === undefined) {
    throw new SdError('no-endpoint', formatService(serviceId, instanceId))
  }
  checkId('reliablePort', reliablePort ?? 0, 0xffff)
  checkId('unreliablePort', unreliablePort ?? 0, 0xffff)
  for (const { eventgroupId } of service.eventgroups) checkId('eventgroupId', eventgroupId, 0xffff)
}
