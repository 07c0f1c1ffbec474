import { messageOf, withTimeout } from '@opensovd/base'
import { formatAddress } from '../codec/address.ts'
import { DoipError } from '../errors.ts'
import { Mailbox } from '../mailbox.ts'
import type { Datagram } from '../network.ts'
import type { Runtime } from '../runtime.ts'
import { DOIP_PORT, DOIP_VERSION, describeCode, HEADER_NACK } from './constants.ts'
import {
  type DoipMessage,
  type DoipMessageOf,
  type DoipMessageType,
  decodeDatagram,
  encodeDoip,
  type UnknownDoipMessage,
} from './message.ts'

/** An entity as it announced itself. */
export type DiscoveredEntity = Omit<DoipMessageOf<'vehicleAnnouncement'>, 'type'> & {
  readonly host: string
  readonly version: number
}

export interface IdentifyOptions {
  /** One entity's address, or a broadcast or multicast address; 255.255.255.255 when left out. */
  readonly host?: string
  /** Whether `host` reaches several machines; for a directed broadcast whose digits do not tell. */
  readonly broadcast?: boolean
  readonly port?: number
  /** Address of the network interface to ask from. */
  readonly localHost?: string
  /** Asks only the entity with this EID (12 hex digits). */
  readonly eid?: string
  /** Asks only the entities of the vehicle with this VIN. */
  readonly vin?: string
  /** 0xFF, any version, when left out. */
  readonly protocolVersion?: number
  /** How long to collect answers: A_DoIP_Ctrl, 2000, when left out. */
  readonly collectMs?: number
}

export interface QueryOptions {
  readonly port?: number
  readonly protocolVersion?: number
  /** A_DoIP_Ctrl, 2000, when left out. */
  readonly timeoutMs?: number
}

const BROADCAST = '255.255.255.255'
const CONTROL_MS = 2000
/** More answers than this are not kept: a broadcast may reach anybody. */
const MAX_ENTITIES = 1024

/**
 * Asks for the entities in reach and collects their answers: one for a single host, which ends the waiting, and
 * everyone's for a broadcast. Two entities that claim one logical address are both in the result.
 */
export async function identify(
  runtime: Runtime,
  options: IdentifyOptions = {},
  signal?: AbortSignal,
): Promise<readonly DiscoveredEntity[]> {
  const { host = BROADCAST, port = DOIP_PORT, localHost, collectMs = CONTROL_MS } = options
  const group = options.broadcast ?? isGroup(host)
  const found = new Map<string, DiscoveredEntity>()
  const answers = new Mailbox<DiscoveredEntity>()
  await using socket = await runtime.network.openDatagram({
    port: 0,
    family: familyOf(host),
    broadcast: group,
    ...hostOf(localHost),
  })
  socket.onDatagram((datagram) => {
    const entity = announcedEntity(runtime, datagram)
    if (entity && (group || sameHost(entity.host, host))) answers.put(entity)
  })
  const over = new DoipError('DOIP_NO_ANSWER', `${host}: no further entity within ${collectMs} ms`)
  const request = encodeDoip(identificationRequest(options), options.protocolVersion ?? DOIP_VERSION.ANY)
  const collect = async (ends: AbortSignal) => {
    await socket.send(request, { host, port })
    do {
      const entity = await answers.take(ends)
      found.set(`${entity.eid} ${entity.host}`, entity)
    } while (group && found.size < MAX_ENTITIES)
  }
  await withTimeout(runtime.clock, collectMs, () => over, signal, collect).catch((error) => {
    if (error !== over) throw error
  })
  return [...found.values()]
}

/**
 * Reports every entity that announces itself, and every answer to somebody's broadcast that reaches this machine.
 * @param listener is called again when an entity announces itself again
 */
export async function listenForAnnouncements(
  runtime: Runtime,
  options: { readonly port?: number; readonly localHost?: string; readonly groups?: readonly string[] },
  listener: (entity: DiscoveredEntity) => void,
): Promise<AsyncDisposable> {
  const { port = DOIP_PORT, localHost, groups } = options
  const socket = await runtime.network.openDatagram({
    port,
    shared: true,
    ...hostOf(localHost),
    ...(groups && { groups }),
  })
  socket.onDatagram((datagram) => {
    const entity = announcedEntity(runtime, datagram)
    if (entity) listener(entity)
  })
  return socket
}

/**
 * The one entity with a logical address.
 * @throws DoipError DOIP_AMBIGUOUS_ADDRESS when several claim it, DOIP_NO_ANSWER when none does
 */
export function entityAt(entities: readonly DiscoveredEntity[], logicalAddress: number): DiscoveredEntity {
  const [entity, ...others] = entities.filter((candidate) => candidate.logicalAddress === logicalAddress)
  const address = formatAddress(logicalAddress)
  if (!entity) throw new DoipError('DOIP_NO_ANSWER', `no entity has the logical address ${address}`)
  if (others.length === 0) return entity
  const claimants = [entity, ...others].map(({ host, eid }) => `${host} (EID ${eid})`).join(', ')
  throw new DoipError('DOIP_AMBIGUOUS_ADDRESS', `several entities claim the logical address ${address}: ${claimants}`)
}

/** @throws DoipError DOIP_NO_ANSWER, or DOIP_REFUSED when the entity does not know the request */
export function entityStatus(
  runtime: Runtime,
  host: string,
  options: QueryOptions = {},
  signal?: AbortSignal,
): Promise<DoipMessageOf<'entityStatusResponse'>> {
  return query(runtime, host, { request: 'entityStatusRequest', answer: 'entityStatusResponse', ...options }, signal)
}

/** @throws DoipError DOIP_NO_ANSWER, or DOIP_REFUSED when the entity does not know the request */
export async function powerMode(
  runtime: Runtime,
  host: string,
  options: QueryOptions = {},
  signal?: AbortSignal,
): Promise<number> {
  const kind = { request: 'powerModeRequest', answer: 'powerModeResponse', ...options } as const
  return (await query(runtime, host, kind, signal)).powerMode
}

interface Query<Answer> extends QueryOptions {
  readonly request: 'entityStatusRequest' | 'powerModeRequest'
  readonly answer: Answer
}

async function query<Answer extends DoipMessageType>(
  runtime: Runtime,
  host: string,
  { request, answer, port = DOIP_PORT, protocolVersion, timeoutMs = CONTROL_MS }: Query<Answer>,
  signal?: AbortSignal,
): Promise<DoipMessageOf<Answer>> {
  const messages = new Mailbox<DoipMessage | UnknownDoipMessage>()
  await using socket = await runtime.network.openDatagram({ port: 0, family: familyOf(host) })
  socket.onDatagram((datagram) => {
    const message = messageIn(runtime, datagram)?.message
    if (message && sameHost(datagram.from.host, host)) messages.put(message)
  })
  const timeout = () => new DoipError('DOIP_NO_ANSWER', `${host}: no ${answer} within ${timeoutMs} ms`)
  return await withTimeout(runtime.clock, timeoutMs, timeout, signal, async (ends) => {
    await socket.send(encodeDoip({ type: request }, protocolVersion), { host, port })
    for (;;) {
      const message = await messages.take(ends)
      if (isOfType(message, answer)) return message
      if (message.type === 'headerNegativeAcknowledge') {
        const problem = `${host} refused the ${request}: ${describeCode(HEADER_NACK, message.code)}`
        throw new DoipError('DOIP_REFUSED', problem, { responseCode: message.code })
      }
    }
  })
}

function identificationRequest({ eid, vin }: IdentifyOptions): DoipMessage {
  if (eid !== undefined) return { type: 'vehicleIdentificationRequestWithEid', eid }
  if (vin !== undefined) return { type: 'vehicleIdentificationRequestWithVin', vin }
  return { type: 'vehicleIdentificationRequest' }
}

function announcedEntity(runtime: Runtime, datagram: Datagram): DiscoveredEntity | undefined {
  const decoded = messageIn(runtime, datagram)
  if (decoded?.message.type !== 'vehicleAnnouncement') return undefined
  const { type, ...announcement } = decoded.message
  return { ...announcement, host: datagram.from.host, version: decoded.version }
}

function messageIn(runtime: Runtime, { data, from }: Datagram): ReturnType<typeof decodeDatagram> | undefined {
  try {
    return decodeDatagram(data)
  } catch (error) {
    runtime.log.debug('dropped a datagram', { from: `${from.host}:${from.port}`, error: messageOf(error) })
    return undefined
  }
}

function isOfType<T extends DoipMessageType>(
  message: DoipMessage | UnknownDoipMessage,
  type: T,
): message is Extract<DoipMessage, { type: T }> & DoipMessageOf<T> {
  return message.type === type
}

function familyOf(host: string): 4 | 6 {
  return host.includes(':') ? 6 : 4
}

function hostOf(localHost: string | undefined): { host?: string } {
  return localHost === undefined ? {} : { host: localHost }
}

/** Whether a datagram to `host` may reach several machines, as far as its digits tell. */
function isGroup(host: string): boolean {
  return host.endsWith('.255') || /^ff/i.test(host) || /^2(2[4-9]|3\d)\./.test(host)
}

/** The operating system may add the zone of a link-local address. */
function sameHost(one: string, other: string): boolean {
  return one.split('%')[0] === other.split('%')[0]
}
