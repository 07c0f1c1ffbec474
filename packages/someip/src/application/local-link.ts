import { knownAddress } from '../endpoint/endpoint-address.ts'
import { ClientPort } from '../routing/client-port.ts'
import type { MessagePort } from '../routing/message-port.ts'
import type { Availability, RequestedService } from '../routing/requested-service.ts'
import { decodeMessage } from '../wire/message.ts'
import type { HostContext } from './context.ts'
import type { ServiceRun } from './service-run.ts'

interface LocalGroup {
  readonly clientId: number
  isAccepted: boolean
}

/** The way from the applications of a host to a service of one of them, without a socket. */
export class LocalLink implements Disposable {
  readonly run: ServiceRun
  readonly #onFailure: (error: unknown) => void
  readonly #client: ClientPort
  readonly #toClient: MessagePort
  /** By eventgroup id. */
  readonly #groups = new Map<number, LocalGroup>()
  #isOpen = true

  constructor({ configuration, clock, limitedLog, callers, onFailure }: HostContext, run: ServiceRun) {
    const remote = knownAddress(configuration.network.unicast, 0)
    const maxPayloadBytes = configuration.messageSizes.maxUnreliableBytes
    this.run = run
    this.#onFailure = onFailure
    this.#client = new ClientPort({ clock, log: limitedLog, callers, remote, maxPayloadBytes })
    this.#toClient = this.#port((bytes) => this.#client.message(decodeMessage(bytes), remote))
    this.#client.port = this.#port((bytes) => run.receive(decodeMessage(bytes), this.#toClient, remote))
  }

  /** What `service` can use from now on. */
  connect(service: RequestedService): Availability {
    const { majorVersion, minorVersion } = this.run.ids
    this.#client.add(service)
    return { majorVersion, minorVersion, reliable: this.#client, unreliable: this.#client }
  }

  /** Subscribes to a group; `onState` is told what becomes of it, later. */
  subscribe(eventgroupId: number, clientId: number, onState: (state: 'acknowledged' | 'rejected') => void): void {
    const group: LocalGroup = { clientId, isAccepted: false }
    this.#groups.set(eventgroupId, group)
    this.run
      .subscribeLocally(eventgroupId, clientId, { port: this.#toClient, to: this.#client.remote })
      .then((isAccepted) => {
        group.isAccepted = isAccepted
        if (this.#groups.get(eventgroupId) === group) onState(isAccepted ? 'acknowledged' : 'rejected')
        else this.#end(eventgroupId, group)
      })
      .catch(this.#onFailure)
  }

  unsubscribe(eventgroupId: number): void {
    const group = this.#groups.get(eventgroupId)
    this.#groups.delete(eventgroupId)
    if (group !== undefined) this.#end(eventgroupId, group)
  }

  /** The peer of the calls that go this way. */
  get peer(): object {
    return this.#client
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return
    for (const eventgroupId of [...this.#groups.keys()]) this.unsubscribe(eventgroupId)
    this.#isOpen = false
    this.#client.port = undefined
    this.#client[Symbol.dispose]()
  }

  #end(eventgroupId: number, { clientId, isAccepted }: LocalGroup): void {
    if (isAccepted) this.run.unsubscribeLocally(eventgroupId, clientId)
  }

  /** Hands messages over one task later, so that nobody is called while he calls. */
  #port(take: (bytes: Uint8Array) => void): MessagePort {
    const deliver = (bytes: Uint8Array) => {
      if (!this.#isOpen) return
      try {
        take(bytes)
      } catch (error) {
        this.#onFailure(error)
      }
    }
    return {
      transport: 'reliable',
      send: (bytes) => {
        if (this.#isOpen) queueMicrotask(() => deliver(bytes))
        return this.#isOpen
      },
    }
  }
}
