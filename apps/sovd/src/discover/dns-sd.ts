import { type Clock, type Logger, messageOf } from '@opensovd/base'
import {
  DNS_TYPE,
  type DnsMessage,
  type DnsName,
  type DnsRecord,
  decodeMessage,
  encodeMessage,
  keyOf,
} from '@opensovd/integrations/mdns'
import type { Address, Network } from '@opensovd/uds'

/** A server that announces itself by DNS-SD. */
export interface FoundService {
  /** As people call it. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly addresses: readonly string[]
  readonly txt: readonly string[]
}

export interface BrowseOptions {
  /** Labels of the service type, such as `['_sovd', '_tcp', 'local']`. */
  readonly type: DnsName
  /** Who is asked: a multicast group or one responder. */
  readonly to: Address
  /** Address of the network interface to ask from. */
  readonly localHost?: string
  readonly collectMs: number
}

/** More names than this are not asked about: anybody may answer. */
const MAX_NAMES = 512

/**
 * Asks once, from a port of its own, and collects the unicast answers [RFC 6762 5.1, RFC 6763 4]. What an answer leaves
 * out is asked for.
 */
export async function browse(
  { network, clock, log }: { readonly network: Network; readonly clock: Clock; readonly log: Logger },
  options: BrowseOptions,
  signal: AbortSignal,
): Promise<readonly FoundService[]> {
  const { type, to, localHost, collectMs } = options
  const family = to.host.includes(':') ? 6 : 4
  await using socket = await network.openDatagram({
    port: 0,
    family,
    ...(localHost !== undefined && { host: localHost }),
  })
  const zone = new Zone(type)
  const id = Math.floor(clock.random() * 0x10000)
  const asked = new Set<string>()
  const ask = (name: DnsName, recordType: number) =>
    socket.send(encodeMessage({ kind: 'query', id, questions: [{ name, type: recordType }] }), to)
  socket.onDatagram(({ data, from }) => {
    try {
      for (const record of toldBy(decodeMessage(data))) zone.add(record)
      for (const name of zone.incomplete()) {
        const key = keyOf(name)
        if (asked.has(key) || asked.size >= MAX_NAMES) continue
        asked.add(key)
        ask(name, DNS_TYPE.ANY).catch((error) => log.debug('asking on failed', { error: messageOf(error) }))
      }
    } catch (error) {
      log.debug('dropped a datagram', { from: `${from.host}:${from.port}`, error: messageOf(error) })
    }
  })
  await ask(type, DNS_TYPE.PTR)
  await clock.sleep(collectMs, signal)
  return zone.services()
}

/** What is known of the instances of one service type. */
class Zone {
  readonly #type: string
  readonly #instances = new Map<string, DnsName>()
  readonly #servers = new Map<string, { readonly target: DnsName; readonly port: number }>()
  readonly #texts = new Map<string, readonly string[]>()
  readonly #addresses = new Map<string, Set<string>>()

  constructor(type: DnsName) {
    this.#type = keyOf(type)
  }

  add(record: DnsRecord): void {
    const key = keyOf(record.name)
    switch (record.type) {
      case DNS_TYPE.PTR:
        if (key === this.#type) keep(this.#instances, keyOf(record.target), record.target)
        break
      case DNS_TYPE.SRV:
        keep(this.#servers, key, record)
        break
      case DNS_TYPE.TXT:
        keep(this.#texts, key, record.texts)
        break
      default: {
        const addresses = this.#addresses.get(key) ?? new Set<string>()
        if (addresses.size < MAX_NAMES) addresses.add(record.address)
        keep(this.#addresses, key, addresses)
      }
    }
  }

  /** Instances without a server, and servers without an address. */
  incomplete(): readonly DnsName[] {
    return [...this.#instances].flatMap(([key, name]) => {
      const server = this.#servers.get(key)
      if (!server) return [name]
      return this.#addresses.has(keyOf(server.target)) ? [] : [server.target]
    })
  }

  services(): readonly FoundService[] {
    return [...this.#instances].flatMap(([key, [name = '']]) => {
      const server = this.#servers.get(key)
      if (!server) return []
      const addresses = [...(this.#addresses.get(keyOf(server.target)) ?? [])]
      const txt = this.#texts.get(key) ?? []
      return [{ name, host: server.target.join('.'), port: server.port, addresses, txt }]
    })
  }
}

/** What a response says, wherever in it; queries tell what others only believe. */
function toldBy({ kind, answers, authorities, additionals }: DnsMessage): readonly DnsRecord[] {
  return kind === 'response' ? [...answers, ...authorities, ...additionals] : []
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.has(key) || map.size < MAX_NAMES) map.set(key, value)
}
