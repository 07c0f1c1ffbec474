import type { NpduTiming } from '../npdu/collector.ts'
import type { Configuration } from './configuration.ts'
import { type Range, serviceInstanceKey } from './ranges.ts'
import type { ApplicationConfiguration } from './sections/applications.ts'
import type { EndpointLimits } from './sections/endpoint-limits.ts'
import type { RoutingConfiguration } from './sections/routing.ts'
import type { ServiceConfiguration } from './sections/services.ts'
import type { TpSegmentation } from './sections/tp.ts'

/** What holds for an application, whether a file lists it or not. */
export function applicationNamed(configuration: Configuration, name: string): ApplicationConfiguration {
  return (
    configuration.applications.get(name) ?? {
      name,
      clientId: undefined,
      ...configuration.applicationDefaults,
      threads: 2,
      ioThreadNice: 0,
      statusLogIntervalMs: 0,
      versionLogIntervalMs: 0,
      plugins: [],
      debounce: new Map(),
      hasSessionHandling: true,
    }
  )
}

/** How often an application logs its version and its status; 0: never. */
export function logIntervals(
  configuration: Configuration,
  name: string,
  isHost: boolean,
): { readonly versionMs: number; readonly statusMs: number } {
  const { versionLogIntervalMs, statusLogIntervalMs } = applicationNamed(configuration, name)
  const { logging } = configuration
  return {
    versionMs: versionLogIntervalMs || (isHost ? logging.version.intervalMs : 0),
    statusMs: statusLogIntervalMs || (isHost ? logging.statusIntervalMs : 0),
  }
}

/** The ports of a guest: those of its user and group, of its user, of its group, or of anybody; the first that are given. */
export function guestPortRanges({ guests }: RoutingConfiguration, uid: number, gid: number): readonly Range[] {
  const owners = [
    [uid, gid],
    [uid, undefined],
    [undefined, gid],
    [undefined, undefined],
  ] as const
  for (const [user, group] of owners) {
    const ports = guests.ports.find((one) => one.uid === user && one.gid === group)
    if (ports !== undefined) return ports.ranges
  }
  return []
}

/** What is configured of a service instance; undefined where nothing is. */
export function serviceOf(
  configuration: Configuration,
  serviceId: number,
  instanceId: number,
): ServiceConfiguration | undefined {
  return configuration.services.get(serviceInstanceKey(serviceId, instanceId))
}

/** The first service of the id that is reached at an address and port, over either transport. */
export function serviceAt(
  configuration: Configuration,
  serviceId: number,
  address: string,
  port: number,
): ServiceConfiguration | undefined {
  for (const service of configuration.services.values()) {
    const isThere = service.reliablePort === port || service.unreliablePort === port
    if (isThere && service.serviceId === serviceId && service.unicast === address) return service
  }
  return undefined
}

/** How long messages of a method or event of `service` may wait. Notifications are `responses`. */
export function npduTiming(
  configuration: Configuration,
  service: ServiceConfiguration | undefined,
  direction: 'requests' | 'responses',
  methodId: number,
): NpduTiming {
  return service?.npdu[direction].get(methodId) ?? configuration.npduDefaults[direction]
}

/** How messages of a method or event are segmented; undefined: not at all. */
export function tpSegmentation(
  service: ServiceConfiguration | undefined,
  direction: 'clientToService' | 'serviceToClient',
  methodId: number,
): TpSegmentation | undefined {
  const configured = service?.tp[direction]
  return configured?.get(methodId) ?? configured?.get(ANY)
}

/** Whether nobody looks for a service on the network. */
export function isInternalService(configuration: Configuration, serviceId: number, instanceId: number): boolean {
  return configuration.internalServices.some(
    ({ services, instances }) => contains(services, serviceId) && contains(instances, instanceId),
  )
}

/** The size of the largest message over TCP to or from an endpoint of a service. */
export function maxReliableBytes({ messageSizes }: Configuration, address: string, port: number): number {
  return limitAt(messageSizes.maxBytesByEndpoint, address, port) ?? messageSizes.maxReliableBytes
}

/** How many bytes may wait to be sent to or from an endpoint of a service. */
export function queueLimitBytes({ sockets }: Configuration, address: string, port: number): number {
  return limitAt(sockets.queueLimits.bytesByEndpoint, address, port) ?? sockets.queueLimits.externalBytes
}

/** Whether the absence of an event is not logged. */
export function isEventSuppressed(
  configuration: Configuration,
  serviceId: number,
  instanceId: number,
  eventId: number,
): boolean {
  return configuration.suppressedEvents.some(
    (one) =>
      (one.serviceId === ANY || one.serviceId === serviceId) &&
      (one.instanceId === ANY || one.instanceId === instanceId) &&
      one.events.some((events) => contains(events, eventId)),
  )
}

const ANY = 0xffff

function contains(range: Range, id: number): boolean {
  return range.first <= id && id <= range.last
}

function limitAt(limits: EndpointLimits, address: string, port: number): number | undefined {
  return limits.get(address)?.get(port)
}
