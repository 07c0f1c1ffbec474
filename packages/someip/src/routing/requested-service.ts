import { Listeners } from '@opensovd/base'
import type { E2eStatus } from '../e2e/checker.ts'
import type { SubscriptionState } from '../sd/client/handler.ts'
import { encodeMessage, type Message } from '../wire/message.ts'
import { MESSAGE_TYPE } from '../wire/message-type.ts'
import { RETURN_CODE } from '../wire/return-code.ts'
import type { Caller } from './callers.ts'
import type { ClientPort } from './client-port.ts'
import type { Departures } from './departures.ts'
import type { E2eGuards } from './e2e-guards.ts'
import type { EventSubscription } from './event-subscription.ts'
import type { ClientSubscribeOptions, EventSubscriptions } from './event-subscriptions.ts'
import { formatInstance, formatMethod } from './ids.ts'
import type { LimitedLog } from './limited-log.ts'
import type { MessagePort, Transport } from './message-port.ts'
import type { Outbox } from './outbox.ts'
import type { CallOptions, Response } from './pending-calls.ts'
import { SomeIpError } from './someip-error.ts'

export interface RequestedServiceIds {
  readonly serviceId: number
  readonly instanceId: number
}

export interface RequestedServiceOptions {
  readonly ids: RequestedServiceIds
  readonly guards: E2eGuards
  readonly departures: Departures
  readonly outbox: Outbox
  readonly limitedLog: LimitedLog
  readonly subscriptions: EventSubscriptions
  readonly onFailure: (error: unknown) => void
}

/** A service instance that can be used, and through which endpoints. */
export interface Availability {
  readonly majorVersion: number
  readonly minorVersion: number
  readonly reliable: ClientPort | undefined
  readonly unreliable: ClientPort | undefined
}

export interface SendOptions {
  /** Default: UDP if the service has it. */
  readonly transport?: Transport
}

export interface MethodCallOptions extends CallOptions, SendOptions {}

interface Way {
  readonly client: ClientPort
  readonly port: MessagePort
  readonly interfaceVersion: number
}

/** A service instance that applications of this host use. */
export class RequestedService {
  readonly ids: RequestedServiceIds
  readonly #options: RequestedServiceOptions
  readonly #listeners: Listeners<boolean>
  #availability: Availability | undefined

  constructor(options: RequestedServiceOptions) {
    this.ids = options.ids
    this.#options = options
    this.#listeners = new Listeners(options.onFailure)
  }

  get availability(): Availability | undefined {
    return this.#availability
  }

  /** Called with each change. Returns a function that removes the callback. */
  onAvailability(callback: (isAvailable: boolean) => void): () => void {
    return this.#listeners.add(callback)
  }

  changeAvailability(availability: Availability | undefined): void {
    const wasAvailable = this.#availability !== undefined
    this.#availability = availability
    if (availability === undefined) this.#options.subscriptions.forgetValues()
    if (wasAvailable !== (availability !== undefined)) this.#listeners.notify(!wasAvailable)
  }

  /**
   * Sends a request and waits for the response. Rejects with SomeIpError (`ErrorAnswer` if the service refuses), with
   * EncodeError if the payload cannot be protected, or with the reason of the signal.
   */
  async call(
    caller: Caller,
    methodId: number,
    payload: Uint8Array,
    options: MethodCallOptions = {},
  ): Promise<Response> {
    options.signal?.throwIfAborted()
    const { clientId, calls } = caller
    const way = this.#wayFor(methodId, options.transport)
    const sessionId = calls.nextSessionId()
    const bytes = this.#encode(MESSAGE_TYPE.REQUEST, { methodId, clientId, sessionId }, payload, way)
    const asked = { peer: way.client, serviceId: this.ids.serviceId, methodId }
    const response = calls.wait(sessionId, asked, options)
    if (!this.#send(bytes, methodId, way)) calls.fail(sessionId, this.#notSent(methodId, bytes))
    return await response
  }

  /** Sends a request without a response (REQUEST_NO_RETURN). @throws SomeIpError or EncodeError */
  send({ clientId, calls }: Caller, methodId: number, payload: Uint8Array, options: SendOptions = {}): void {
    const way = this.#wayFor(methodId, options.transport)
    const ids = { methodId, clientId, sessionId: calls.nextSessionId() }
    const bytes = this.#encode(MESSAGE_TYPE.REQUEST_NO_RETURN, ids, payload, way)
    if (!this.#send(bytes, methodId, way)) throw this.#notSent(methodId, bytes)
  }

  subscribe(options: ClientSubscribeOptions, signal?: AbortSignal): EventSubscription {
    return this.#options.subscriptions.open(options, signal)
  }

  subscriptionChanged(eventgroupId: number, state: SubscriptionState): void {
    this.#options.subscriptions.changeState(eventgroupId, state)
  }

  /** Takes an event of this service; the message shares memory with the receive buffer. */
  notification(message: Message): void {
    const { interfaceVersion, methodId: eventId, sessionId } = message
    if (interfaceVersion !== this.#availability?.majorVersion) {
      this.#options.limitedLog.warn(`event-version ${formatInstance(this.ids.serviceId, this.ids.instanceId)}`, () => ({
        message: 'an event was dropped',
        fields: { event: this.#nameOf(eventId), problem: `interface version ${interfaceVersion}` },
      }))
      return
    }
    const e2e = this.check(message)
    const payload = message.payload.slice()
    this.#options.subscriptions.deliver({ ...this.ids, eventId, payload, sessionId, e2e, isCached: false })
  }

  /** What the E2E check of a received message says; undefined where none is configured. */
  check(message: Message): E2eStatus | undefined {
    return this.#options.guards.check(message)
  }

  /** Ends the subscriptions. */
  close(): void {
    this.#options.subscriptions.close()
  }

  #wayFor(methodId: number, transport: Transport | undefined): Way {
    const available = this.#availability
    const client = transport === undefined ? (available?.unreliable ?? available?.reliable) : available?.[transport]
    if (available === undefined || client?.port === undefined) {
      throw new SomeIpError('SOMEIP_NOT_AVAILABLE', this.#nameOf(methodId))
    }
    return { client, port: client.port, interfaceVersion: available.majorVersion }
  }

  #encode(
    messageType: number,
    ids: { readonly methodId: number; readonly clientId: number; readonly sessionId: number },
    payload: Uint8Array,
    { interfaceVersion }: Way,
  ): Uint8Array {
    const { serviceId } = this.ids
    const fixed = { serviceId, interfaceVersion, messageType, returnCode: RETURN_CODE.OK }
    const bytes = encodeMessage({ ...fixed, ...ids, payload })
    this.#options.guards.protect(ids.methodId, bytes)
    return bytes
  }

  #send(bytes: Uint8Array, methodId: number, { client, port }: Way): boolean {
    return this.#options.outbox.send(bytes, port, client.remote, this.#options.departures.of(methodId))
  }

  #notSent(methodId: number, { length }: Uint8Array): SomeIpError {
    return new SomeIpError('SOMEIP_NOT_SENT', `${this.#nameOf(methodId)}, ${length} bytes`)
  }

  #nameOf(methodId: number): string {
    return formatMethod(this.ids.serviceId, this.ids.instanceId, methodId)
  }
}
