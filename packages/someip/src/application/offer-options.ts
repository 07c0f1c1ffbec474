import type { ServiceConfiguration } from '../config/sections/services.ts'
import type { EventDefinition } from '../events/event-definition.ts'
import type { RequestHandler } from '../routing/request.ts'
import { checkId, SomeIpError } from '../routing/someip-error.ts'
import type { EventgroupReliability } from '../sd/reliability.ts'
import type { SubscriptionRequest } from '../sd/server/handler.ts'
import type { OfferedEventgroup } from '../sd/server/service-offer.ts'

/** An event to offer. What is not given is as configured, else as `EventDefinition` of a plain event has it. */
export interface EventOptions extends Partial<Omit<EventDefinition, 'eventId'>> {
  readonly eventId: number
  /** The first value of a field. */
  readonly initialValue?: Uint8Array
}

export interface OfferOptions {
  readonly serviceId: number
  readonly instanceId: number
  /** Default: 0. */
  readonly majorVersion?: number
  /** Default: 0. */
  readonly minorVersion?: number
  /** Handlers by method id; `ANY_METHOD` for all others. */
  readonly methods?: Readonly<Record<number, RequestHandler>>
  readonly events?: readonly EventOptions[]
  /** Whether to accept a subscription. Default: all. */
  readonly acceptSubscription?: (request: SubscriptionRequest) => boolean | Promise<boolean>
}

/** @throws SomeIpError when an id does not fit its field or has a special meaning there */
export function checkOffer({ serviceId, instanceId, majorVersion = 0, minorVersion = 0 }: OfferOptions): void {
  checkId('serviceId', serviceId, 0xfffe)
  checkId('instanceId', instanceId, 0xfffe)
  checkId('majorVersion', majorVersion, 0xfe)
  checkId('minorVersion', minorVersion, 0xffff_fffe)
}

/** @throws SomeIpError when an id does not fit its field, or the event is in no group */
export function completeEvent(options: EventOptions, configured: ServiceConfiguration | undefined): EventDefinition {
  const { eventId } = options
  checkId('eventId', eventId)
  const event = configured?.events.get(eventId)
  const groups = [...(configured?.eventgroups.values() ?? [])].filter(({ eventIds }) => eventIds.includes(eventId))
  const eventgroupIds = options.eventgroupIds ?? groups.map(({ eventgroupId }) => eventgroupId)
  if (eventgroupIds.length === 0) throw new SomeIpError('SOMEIP_NOT_ALLOWED', `event ${eventId} without an eventgroup`)
  for (const eventgroupId of eventgroupIds) checkId('eventgroupId', eventgroupId)
  return {
    eventId,
    eventgroupIds,
    kind: options.kind ?? (event?.isField ? 'field' : 'event'),
    reliability: options.reliability ?? event?.reliability ?? usualReliability(configured),
    cycleMs: options.cycleMs ?? event?.cycleMs ?? 0,
    changeResetsCycle: options.changeResetsCycle ?? event?.changeResetsCycle ?? false,
    updateOnChange: options.updateOnChange ?? event?.updateOnChange ?? true,
    isChange: options.isChange,
  }
}

/** The eventgroups that subscribers can have: those that are configured and those of the events. */
export function eventgroupsOf(
  events: readonly EventDefinition[],
  configured: ServiceConfiguration | undefined,
): readonly OfferedEventgroup[] {
  const ids = new Set([...(configured?.eventgroups.keys() ?? []), ...events.flatMap((event) => event.eventgroupIds)])
  return [...ids].map((eventgroupId) => eventgroupOf(eventgroupId, events, configured))
}

export function eventgroupOf(
  eventgroupId: number,
  events: readonly EventDefinition[],
  configured: ServiceConfiguration | undefined,
): OfferedEventgroup {
  const group = configured?.eventgroups.get(eventgroupId)
  const offered = events.filter(({ eventgroupIds }) => eventgroupIds.includes(eventgroupId))
  const planned = (group?.eventIds ?? []).map((eventId) => configured?.events.get(eventId)?.reliability ?? 'unknown')
  const reliabilities = offered.length > 0 ? offered.map(({ reliability }) => reliability) : planned
  const { multicast, threshold = 0 } = group ?? {}
  return {
    eventgroupId,
    reliability: joinReliabilities(reliabilities),
    ...(multicast === undefined ? {} : { multicast: { ...multicast, threshold } }),
  }
}

/** What carries a group of events that have these. */
export function joinReliabilities(reliabilities: readonly EventgroupReliability[]): EventgroupReliability {
  const known = new Set(reliabilities.filter((one) => one !== 'unknown'))
  if (known.size > 1) return 'both'
  return [...known][0] ?? 'unknown'
}

function usualReliability(configured: ServiceConfiguration | undefined): EventgroupReliability {
  const hasReliable = configured?.reliablePort !== undefined
  const hasUnreliable = configured?.unreliablePort !== undefined
  if (hasReliable && hasUnreliable) return 'both'
  if (hasReliable) return 'reliable'
  return hasUnreliable ? 'unreliable' : 'unknown'
}
