import { pick } from '@opensovd/base'
import { DecodeError } from '@opensovd/base/bytes'
import type { EventOptions, OfferOptions } from '../application/offer-options.ts'
import type { OfferedService } from '../application/offered-service.ts'
import type { Schema } from '../payload/schema.ts'
import type { Recipient } from '../routing/event-source.ts'
import { Refusal } from '../routing/refusal.ts'
import type { Request, RequestHandler } from '../routing/request.ts'
import type { SubscriptionRequest } from '../sd/server/handler.ts'
import { RETURN_CODE } from '../wire/return-code.ts'
import type {
  CommandsOf,
  EventBehaviour,
  EventsOf,
  FieldsOf,
  MethodsOf,
  PayloadOf,
  RequestOf,
  ResponseOf,
  ServiceDescription,
  ValueOf,
} from './description.ts'
import { mapValues } from './map-values.ts'
import { decodeValue, encodeValue } from './payload-codec.ts'

/** Who offers services: an application. */
export interface ServiceOfferer {
  offerService(options: OfferOptions): Promise<OfferedService>
}

/**
 * What a service does. A handler throws a `Refusal` to answer with a return code; a payload that does not fit its schema
 * is answered MALFORMED_MESSAGE and never reaches it.
 */
export interface ServiceImplementation<D extends ServiceDescription> {
  readonly methods: {
    readonly [N in keyof MethodsOf<D>]: (
      value: RequestOf<MethodsOf<D>[N]>,
      request: Request,
    ) => ResponseOf<MethodsOf<D>[N]> | Promise<ResponseOf<MethodsOf<D>[N]>>
  }
  readonly commands: {
    readonly [N in keyof CommandsOf<D>]: (value: RequestOf<CommandsOf<D>[N]>, request: Request) => void | Promise<void>
  }
  readonly fields: { readonly [N in keyof FieldsOf<D>]: FieldImplementation<ValueOf<FieldsOf<D>[N]['value']>> }
}

export interface FieldImplementation<T> {
  readonly initial: T
  /** What becomes of the value that a client sets: return the one to take over. Default: the value itself. */
  readonly set?: (value: T, request: Request) => T | Promise<T>
}

export interface ServerOptions {
  readonly instanceId: number
  readonly acceptSubscription?: (request: SubscriptionRequest) => boolean | Promise<boolean>
}

export interface EventSender<T> {
  /** Notifies the subscribers. @throws EncodeError when the value does not fit its schema */
  notify(value: T): void
  /** Notifies one of them. @throws EncodeError */
  notifyOne(value: T, recipient: Recipient): void
}

export interface FieldOwner<T> {
  readonly value: T
  /** Changes the value and notifies the subscribers. @throws EncodeError, and changes nothing */
  set(value: T): void
}

/** A typed service that is offered until it is closed. */
export interface ServiceServer<D extends ServiceDescription> extends AsyncDisposable {
  readonly service: OfferedService
  readonly events: { readonly [N in keyof EventsOf<D>]: EventSender<PayloadOf<EventsOf<D>[N]>> }
  readonly fields: { readonly [N in keyof FieldsOf<D>]: FieldOwner<ValueOf<FieldsOf<D>[N]['value']>> }
  close(): Promise<void>
}

/**
 * Offers an instance of a described service.
 * @throws SomeIpError or EndpointError; then nothing is offered. EncodeError when an initial value does not fit
 */
export async function serve<const D extends ServiceDescription>(
  application: ServiceOfferer,
  description: D,
  implementation: ServiceImplementation<D>,
  options: ServerOptions,
): Promise<ServiceServer<D>> {
  const build = new ServerBuild(description)
  for (const [name, { methodId, request, response }] of Object.entries(description.methods ?? {})) {
    build.handle(methodId, request, response, member(implementation.methods, name))
  }
  for (const [name, { methodId, request }] of Object.entries(description.commands ?? {})) {
    build.handle(methodId, request, undefined, member(implementation.commands, name))
  }
  for (const event of Object.values(description.events ?? {})) build.events.push(eventOptions(event, 'event'))
  for (const [name, field] of Object.entries(description.fields ?? {})) {
    build.addField(name, field, member<FieldImplementation<unknown>>(implementation.fields, name))
  }
  const { serviceId, majorVersion, minorVersion } = description
  const { methods, events } = build
  const service = await application.offerService({ ...options, serviceId, majorVersion, minorVersion, methods, events })
  return build.finish(service) as unknown as ServiceServer<D> // its members are those of the description
}

type AnyHandler = (value: unknown, request: Request) => unknown

interface FieldState {
  value: unknown
  readonly schema: Schema<unknown>
  readonly eventId: number | undefined
}

/** Collects handlers and events of a description, then the members of the server. */
class ServerBuild {
  readonly methods: Record<number, RequestHandler> = {}
  readonly events: EventOptions[] = []
  readonly #description: ServiceDescription
  readonly #fields = new Map<string, FieldState>()
  #service: OfferedService | undefined

  constructor(description: ServiceDescription) {
    this.#description = description
  }

  handle(
    methodId: number,
    request: Schema<unknown> | undefined,
    response: Schema<unknown> | undefined,
    handler: AnyHandler,
  ): void {
    const { payload } = this.#description
    const encode = (value: unknown) => encodeValue(response, value, payload)
    this.methods[methodId] = (received) => {
      const answer = handler(this.#decode(request, received.payload), received)
      return answer instanceof Promise ? answer.then(encode) : encode(answer)
    }
  }

  addField(
    name: string,
    { value: schema, getter, setter, notifier }: NonNullable<ServiceDescription['fields']>[string],
    { initial, set }: FieldImplementation<unknown>,
  ): void {
    const state: FieldState = { value: initial, schema, eventId: notifier?.eventId }
    this.#fields.set(name, state)
    const initialValue = encodeValue(schema, initial, this.#description.payload)
    if (notifier !== undefined) this.events.push({ ...eventOptions(notifier, 'field'), initialValue })
    if (getter !== undefined) this.handle(getter, undefined, schema, () => state.value)
    if (setter === undefined) return
    this.handle(setter, schema, schema, async (value, request) => {
      this.#change(state, set === undefined ? value : await set(value, request))
      return state.value
    })
  }

  finish(service: OfferedService) {
    this.#service = service
    const { payload } = this.#description
    const events = mapValues(this.#description.events ?? {}, ({ eventId, payload: schema }) => ({
      notify: (value: unknown) => service.notify(eventId, encodeValue(schema, value, payload)),
      notifyOne: (value: unknown, recipient: Recipient) =>
        service.notifyOne(eventId, encodeValue(schema, value, payload), recipient),
    }))
    const change = (state: FieldState, value: unknown) => this.#change(state, value)
    const fields = mapValues(Object.fromEntries(this.#fields), (state) => ({
      get value() {
        return state.value
      },
      set: (value: unknown) => change(state, value),
    }))
    const close = () => service.close()
    return { service, events, fields, close, [Symbol.asyncDispose]: close }
  }

  #change(state: FieldState, value: unknown): void {
    const bytes = encodeValue(state.schema, value, this.#description.payload)
    state.value = value
    if (state.eventId !== undefined) this.#service?.notify(state.eventId, bytes)
  }

  #decode(schema: Schema<unknown> | undefined, bytes: Uint8Array): unknown {
    try {
      return decodeValue(schema, bytes, this.#description.payload)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      throw new Refusal(RETURN_CODE.MALFORMED_MESSAGE, error.message)
    }
  }
}

function eventOptions(event: EventBehaviour, kind: 'event' | 'field'): EventOptions {
  const { eventId, eventgroupId, eventgroupIds = [] } = event
  return { ...pick(event, BEHAVIOUR), eventId, kind, eventgroupIds: [...new Set([eventgroupId, ...eventgroupIds])] }
}

const BEHAVIOUR = ['reliability', 'cycleMs', 'changeResetsCycle', 'updateOnChange'] as const

/** The compiler has made sure that an implementation has each member of its description. */
function member<T = AnyHandler>(members: object, name: string): T {
  return (members as Record<string, T>)[name] as T
}
