import { readEach } from '../compounds.ts'
import { atName, type Found } from '../field.ts'
import type { Problems } from '../problems.ts'
import { integer } from '../scalars.ts'
import { type EndpointLimits, endpointLimitsField } from './endpoint-limits.ts'

/** Sizes of whole messages, the 16 bytes of the header included. */
export interface MessageSizes {
  readonly maxLocalBytes: number
  /** Over TCP, unless `maxBytesByEndpoint` says otherwise. */
  readonly maxReliableBytes: number
  /** Over UDP in segments. */
  readonly maxUnreliableBytes: number
  /** Over TCP, by address and port of the service. */
  readonly maxBytesByEndpoint: EndpointLimits
  readonly bufferShrinkThreshold: number
}

const HEADER_BYTES = 16
const MAX_DATAGRAM_BYTES = 1416
const DEFAULT_MAX_BYTES = 10 * 1024 * 1024

const payloadSize = (meaning: string) =>
  integer({ type: 'uint32', reader: 'stoul', defaultText: '10485744 (10 MiB with the header)', meaning })

export const sizeFields = {
  'payload-sizes': endpointLimitsField({
    limit: 'max-payload-size',
    limitMeaning: 'most payload bytes of a message',
    meaning: 'limits for messages over TCP, by address and port of the service',
    minimum: 0,
  }),
  'max-payload-size-local': payloadSize('most payload bytes of a message between applications of this host'),
  'max-payload-size-reliable': payloadSize('most payload bytes of a message over TCP'),
  'max-payload-size-unreliable': payloadSize('most payload bytes of a segmented message over UDP'),
  'buffer-shrink-threshold': integer({
    type: 'uint32',
    reader: 'stoul',
    default: 5,
    meaning: 'number of small messages after which a large receive buffer is given back',
    noEffect: 'buffers belong to the garbage collector',
  }),
}

export function readMessageSizes(
  find: (key: keyof typeof sizeFields) => readonly Found[],
  problems: Problems,
): MessageSizes {
  const values = readEach(sizeFields, find, problems)
  const local = withHeader(values['max-payload-size-local'])
  const reliable = withHeader(values['max-payload-size-reliable'])
  const unreliable = withHeader(values['max-payload-size-unreliable'])
  const maxBytesByEndpoint = mapLimits(values['payload-sizes'], (payload) => payload + HEADER_BYTES)
  const byEndpoint = [...maxBytesByEndpoint.values()].flatMap((ports) => [...ports.values()])
  const isRaised = find('payload-sizes').length > 0
  const largest = isRaised ? Math.max(...byEndpoint, reliable ?? 0, unreliable ?? 0) : 0
  return {
    maxLocalBytes: raiseLocal(local, largest, find('max-payload-size-local').at(-1), problems),
    maxReliableBytes: reliable ?? DEFAULT_MAX_BYTES,
    maxUnreliableBytes: unreliable ?? DEFAULT_MAX_BYTES,
    maxBytesByEndpoint,
    bufferShrinkThreshold: values['buffer-shrink-threshold'],
  }
}

function withHeader(payload: number | undefined): number | undefined {
  return payload === undefined ? undefined : payload + HEADER_BYTES
}

function mapLimits(limits: EndpointLimits, change: (limit: number) => number): EndpointLimits {
  const changePorts = (ports: ReadonlyMap<number, number>) =>
    new Map([...ports].map(([port, limit]) => [port, change(limit)]))
  return new Map([...limits].map(([address, ports]) => [address, changePorts(ports)]))
}

/** What arrives from the network must be able to reach the applications; so must a datagram, whatever is configured. */
function raiseLocal(local: number | undefined, largest: number, place: Found | undefined, problems: Problems): number {
  if (local === undefined) return DEFAULT_MAX_BYTES
  if (local < largest && place !== undefined) {
    const message = `is less than the largest payload over the network; ${largest - HEADER_BYTES} is used`
    problems.report('adjusted-value', atName(place), message)
  }
  return Math.max(local, largest, MAX_DATAGRAM_BYTES)
}
