import {
  type AcknowledgeEntry,
  ANY_MAJOR,
  ANY_MINOR,
  type FindEntry,
  INFINITE_TTL,
  type OfferEntry,
  type SubscribeEntry,
} from '../wire/entry.ts'
import type { AddressOption, SdOption } from '../wire/option.ts'
import { THERE } from './world.ts'

/** The service of the captures. */
export const SERVICE = { serviceId: 0x1234, instanceId: 0x5678, majorVersion: 0, minorVersion: 0 } as const
export const EVENTGROUP = 0x4465

export function udp(port: number, address = THERE): AddressOption {
  return { kind: 'endpoint', address, protocol: 0x11, port }
}

export function tcp(port: number, address = THERE): AddressOption {
  return { kind: 'endpoint', address, protocol: 0x06, port }
}

export function find(fields: Partial<FindEntry> = {}): FindEntry {
  const any = { majorVersion: ANY_MAJOR, minorVersion: ANY_MINOR, ttlSeconds: INFINITE_TTL, options: [] }
  return { type: 'find', ...SERVICE, ...any, ...fields }
}

export function offer(options: readonly SdOption[] = [udp(30_509)], fields: Partial<OfferEntry> = {}): OfferEntry {
  return { type: 'offer', ...SERVICE, ttlSeconds: 3, options, ...fields }
}

export function stopOffer(options: readonly SdOption[] = [udp(30_509)], fields: Partial<OfferEntry> = {}): OfferEntry {
  return offer(options, { ttlSeconds: 0, ...fields })
}

export function subscribe(
  options: readonly SdOption[] = [udp(41_957)],
  fields: Partial<SubscribeEntry> = {},
): SubscribeEntry {
  const { serviceId, instanceId, majorVersion } = SERVICE
  const fixed = { eventgroupId: EVENTGROUP, isInitialDataRequested: false, counter: 0 }
  return { type: 'subscribe', serviceId, instanceId, majorVersion, ttlSeconds: 3, ...fixed, options, ...fields }
}

export function stopSubscribe(options?: readonly SdOption[], fields: Partial<SubscribeEntry> = {}): SubscribeEntry {
  return subscribe(options, { ttlSeconds: 0, ...fields })
}

export function acknowledge(fields: Partial<AcknowledgeEntry> = {}): AcknowledgeEntry {
  return { ...subscribe([]), ...fields, type: 'acknowledge' }
}
