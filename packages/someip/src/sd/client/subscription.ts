import { endpointOptions } from '../endpoint-options.ts'
import { type EventgroupReliability, needsReliable, needsUnreliable } from '../reliability.ts'
import { ALL_CLIENTS } from '../reply.ts'
import type { SubscribeEntry } from '../wire/entry.ts'
import type { SdOption } from '../wire/option.ts'
import type { LocalPorts, SubscriptionState } from './handler.ts'
import type { RemoteService } from './remote-service.ts'

/** An eventgroup, and who wants it. */
export interface EventgroupClient {
  readonly serviceId: number
  readonly instanceId: number
  readonly eventgroupId: number
  /** Makes the subscription selective: the server is told which clients of this host want the events. */
  readonly clientId?: number
}

/** An eventgroup of another host that somebody on this host wants. */
export interface SubscribeOptions extends EventgroupClient {
  readonly majorVersion: number
  /** `unknown`: its events come by all transports of the service. */
  readonly reliability: EventgroupReliability
}

interface Client {
  state: SubscriptionState
  /** Whether the last Subscribe was answered. */
  isAnswered: boolean
}

/** A subscription of this host. */
export class Subscription {
  readonly options: SubscribeOptions
  readonly clients = new Map<number, Client>()
  /** The server may believe that the subscription exists, while initial events were missed. */
  needsRenewal = false
  /** Ports that the last Subscribe named. */
  sentPorts: LocalPorts | undefined
  /** Multicast group that the owner knows of, as text. */
  announcedGroup: string | undefined

  constructor(options: SubscribeOptions) {
    this.options = options
  }

  get isSelective(): boolean {
    return !this.clients.has(ALL_CLIENTS)
  }

  get isWaiting(): boolean {
    for (const { state } of this.clients.values()) if (state === 'waiting') return true
    return false
  }

  /** Whether some Subscribe was sent to the present server. */
  get isSent(): boolean {
    return this.sentPorts !== undefined
  }

  /** Whether a Subscribe was sent and not acknowledged until now. */
  get isUnacknowledged(): boolean {
    for (const { state, isAnswered } of this.clients.values()) {
      if (state !== 'waiting' && (!isAnswered || state === 'rejected')) return true
    }
    return false
  }

  /** The ports that events of the eventgroup need; undefined while one of them is not there. */
  usablePorts(service: RemoteService, ports: LocalPorts): LocalPorts | undefined {
    const { reliability } = this.options
    const isReliable = needsReliable(reliability) || (reliability === 'unknown' && service.reliable !== undefined)
    const isUnreliable = needsUnreliable(reliability) || (reliability === 'unknown' && service.unreliable !== undefined)
    if ((isReliable && ports.reliable === undefined) || (isUnreliable && ports.unreliable === undefined))
      return undefined
    return {
      reliable: isReliable ? ports.reliable : undefined,
      unreliable: isUnreliable ? ports.unreliable : undefined,
    }
  }

  /** A Subscribe, or a StopSubscribe with a TTL of 0, for these clients. */
  entry(ownAddress: string, ports: LocalPorts, ttlSeconds: number, clientIds: readonly number[]): SubscribeEntry {
    const { serviceId, instanceId, majorVersion, eventgroupId } = this.options
    const endpoints = endpointOptions(ownAddress, ports.reliable, ports.unreliable)
    const selective = clientIds.filter((clientId) => clientId !== ALL_CLIENTS)
    const options: readonly SdOption[] =
      selective.length === 0 ? endpoints : [...endpoints, { kind: 'selective', clientIds: selective }]
    const ids = { serviceId, instanceId, majorVersion, eventgroupId }
    return { type: 'subscribe', ...ids, ttlSeconds, counter: 0, isInitialDataRequested: false, options }
  }
}

export function isSamePorts(one: LocalPorts | undefined, other: LocalPorts | undefined): boolean {
  return one?.reliable === other?.reliable && one?.unreliable === other?.unreliable
}
