import type { EntryGroup, SdSender } from './sender.ts'
import type { Endpoint } from './transport.ts'
import type { AcknowledgeEntry, OfferEntry, SubscribeEntry } from './wire/entry.ts'
import type { SdOption } from './wire/option.ts'

/** Stands for all clients of a host, where a subscription is not selective. */
export const ALL_CLIENTS = 0

interface Acknowledgement {
  readonly entry: AcknowledgeEntry
  readonly clientIds: Set<number>
}

/** What a message causes to be sent. It is packed into as few messages as possible [feat_req_someipsd_836]. */
export class Reply {
  readonly #answers: EntryGroup[] = []
  readonly #acknowledgements = new Map<string, Acknowledgement>()
  readonly #offers = new Set<OfferEntry>()
  readonly #multicastOffers = new Set<OfferEntry>()
  readonly #afterwards: (() => void)[] = []

  /** Offers a service to the peer, or to everybody. A service is offered once, however often it is asked for. */
  offer(offer: OfferEntry, isMulticast: boolean): void {
    if (isMulticast) this.#multicastOffers.add(offer)
    else if (!this.#multicastOffers.has(offer)) this.#offers.add(offer)
  }

  /** Sends these entries to the peer, one directly behind the other. */
  answer(group: EntryGroup): void {
    this.#answers.push(group)
  }

  /**
   * Acknowledges a Subscribe; a TTL of 0 is a negative acknowledgement. The same answer to several entries is given
   * once, for the clients of all of them.
   */
  acknowledge(
    { serviceId, instanceId, majorVersion, eventgroupId }: SubscribeEntry,
    ttlSeconds: number,
    clientIds: readonly number[],
    options: readonly SdOption[],
  ): void {
    const key = [serviceId, instanceId, majorVersion, eventgroupId, ttlSeconds].join()
    const known = this.#acknowledgements.get(key)
    for (const clientId of known === undefined ? [] : clientIds) known?.clientIds.add(clientId)
    if (known !== undefined) return
    // vsomeip leaves the counter of the Subscribe out of its answer, too.
    const fixed = { type: 'acknowledge', counter: 0, isInitialDataRequested: false } as const
    const entry = { ...fixed, serviceId, instanceId, majorVersion, eventgroupId, ttlSeconds, options }
    this.#acknowledgements.set(key, { entry, clientIds: new Set(clientIds) })
  }

  /** Calls `task` once everything is sent. */
  afterwards(task: () => void): void {
    this.#afterwards.push(task)
  }

  send(sender: SdSender, peer: Endpoint): void {
    sender.multicast([...this.#multicastOffers].map((entry) => [entry]))
    const offers = [...this.#offers].map((entry) => [entry])
    const acknowledgements = [...this.#acknowledgements.values()].map((one) => [withClients(one)])
    sender.unicast([...offers, ...acknowledgements, ...this.#answers], peer)
    for (const task of this.#afterwards) task()
  }
}

function withClients({ entry, clientIds }: Acknowledgement): AcknowledgeEntry {
  const selective = [...clientIds].filter((clientId) => clientId !== ALL_CLIENTS)
  if (selective.length === 0) return entry
  return { ...entry, options: [...entry.options, { kind: 'selective', clientIds: selective }] }
}
