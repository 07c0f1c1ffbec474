import fc from 'fast-check'
import {
  type AcknowledgeEntry,
  ANY_MAJOR,
  ANY_MINOR,
  type FindEntry,
  INFINITE_TTL,
  type OfferEntry,
  type SdEntry,
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

const few = (...values: number[]) => fc.constantFrom(...values)
const anyEndpoint = fc.record({ port: few(0, 1, 2), last: few(1, 2, 3, 4, 5), isTcp: fc.boolean() })
const anyOption = fc.oneof(
  anyEndpoint.map(({ port, last, isTcp }): SdOption => (isTcp ? tcp : udp)(port, `10.77.0.${last}`)),
  fc.array(few(0, 1, 2, 3), { maxLength: 3 }).map((clientIds): SdOption => ({ kind: 'selective', clientIds })),
  few(0x11, 0x06).map((protocol): SdOption => ({ kind: 'multicast', address: '224.0.0.1', protocol, port: 1 })),
  fc
    .boolean()
    .map((isDiscardable): SdOption => ({ kind: 'unknown', type: 0x77, isDiscardable, content: Uint8Array.of() })),
)

/** Entries that may concern the services and eventgroups of a test, and flawed ones. */
export const anyEntry: fc.Arbitrary<SdEntry> = fc
  .record({
    make: fc.constantFrom(
      (options: readonly SdOption[], fields: object) => find({ options, ...fields }),
      (options: readonly SdOption[], fields: object) => offer(options, fields),
      (options: readonly SdOption[], fields: object) => subscribe(options, fields),
      (options: readonly SdOption[], fields: object) => acknowledge({ options, ...fields }),
    ),
    options: fc.array(anyOption, { maxLength: 3 }),
    serviceId: few(0x1234, 0x2345, 1),
    instanceId: few(0x5678, 1, 0xffff),
    ttlSeconds: few(0, 1, 3, 0xffffff),
  })
  .map(({ make, options, ...fields }) => make(options, fields))
