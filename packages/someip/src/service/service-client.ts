import type { ServiceProxy } from '../application/service-proxy.ts'
import type { RequestOptions } from '../application/used-service.ts'
import type { E2eStatus } from '../e2e/checker.ts'
import type { Schema } from '../payload/schema.ts'
import type { EventSubscription } from '../routing/event-subscription.ts'
import type { SubscribeOptions } from '../routing/event-subscriptions.ts'
import type { MethodCallOptions, SendOptions } from '../routing/requested-service.ts'
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

/** Who uses services: an application. */
export interface ServiceRequester {
  requestService(options: RequestOptions): ServiceProxy
}

/** A value that was notified of. */
export interface TypedNotification<T> {
  readonly value: T
  readonly sessionId: number
  readonly e2e: E2eStatus | undefined
  /** Whether this is the last known value of a field, for a subscriber that came later. */
  readonly isCached: boolean
}

export type TypedSubscribeOptions = Omit<SubscribeOptions, 'eventgroupId' | 'events' | 'fields' | 'onNotification'>

/** Values as they arrive. Reading throws DecodeError for one that does not fit its schema; disposal ends it. */
export interface TypedSubscription<T> extends AsyncIterable<TypedNotification<T>>, Disposable {
  readonly subscription: EventSubscription
}

export interface EventReceiver<T> {
  /** Ends when it is disposed of, its reader stops or `signal` aborts. */
  subscribe(options?: TypedSubscribeOptions, signal?: AbortSignal): TypedSubscription<T>
}

export interface FieldAccess<T> extends EventReceiver<T> {
  /** Rejects as a call does. */
  get(options?: MethodCallOptions): Promise<T>
  /** Sets the field and resolves with the value it then has. Rejects as a call does. */
  set(value: T, options?: MethodCallOptions): Promise<T>
}

/** The members of a field that its description provides for. */
type FieldClient<F> = (F extends { readonly getter: number } ? Pick<FieldAccess<FieldValue<F>>, 'get'> : object) &
  (F extends { readonly setter: number } ? Pick<FieldAccess<FieldValue<F>>, 'set'> : object) &
  (F extends { readonly notifier: object } ? EventReceiver<FieldValue<F>> : object)
type FieldValue<F> = F extends { readonly value: infer S } ? ValueOf<S> : never

/** A method without a request takes no value. */
type Caller<M> =
  RequestOf<M> extends undefined
    ? (value?: undefined, options?: MethodCallOptions) => Promise<ResponseOf<M>>
    : (value: RequestOf<M>, options?: MethodCallOptions) => Promise<ResponseOf<M>>

type Sender<M> =
  RequestOf<M> extends undefined
    ? (value?: undefined, options?: SendOptions) => void
    : (value: RequestOf<M>, options?: SendOptions) => void

/**
 * A typed service of another host. Calls reject as those of `proxy` do, with EncodeError when a value does not fit, and
 * with DecodeError when an answer does not.
 */
export interface ServiceClient<D extends ServiceDescription> extends AsyncDisposable {
  readonly proxy: ServiceProxy
  readonly methods: { readonly [N in keyof MethodsOf<D>]: Caller<MethodsOf<D>[N]> }
  readonly commands: { readonly [N in keyof CommandsOf<D>]: Sender<CommandsOf<D>[N]> }
  readonly events: { readonly [N in keyof EventsOf<D>]: EventReceiver<PayloadOf<EventsOf<D>[N]>> }
  readonly fields: { readonly [N in keyof FieldsOf<D>]: FieldClient<FieldsOf<D>[N]> }
}

/** Uses an instance of a described service, of its major version, whenever it is offered. */
export function connect<const D extends ServiceDescription>(
  application: ServiceRequester,
  description: D,
  instanceId: number,
): ServiceClient<D> {
  const { serviceId, majorVersion, minorVersion } = description
  const proxy = application.requestService({ serviceId, instanceId, majorVersion, minorVersion })
  const members = new ClientMembers(proxy, description)
  const client = {
    proxy,
    methods: mapValues(description.methods ?? {}, (method) => members.caller(method)),
    commands: mapValues(description.commands ?? {}, (command) => members.sender(command)),
    events: mapValues(description.events ?? {}, (event) => members.receiver(event, event.payload, false)),
    fields: mapValues(description.fields ?? {}, (field) => members.field(field)),
    [Symbol.asyncDispose]: () => proxy.close(),
  }
  return client as unknown as ServiceClient<D> // its members are those of the description
}

/** Makes the members of a client. */
class ClientMembers {
  readonly #proxy: ServiceProxy
  readonly #payload: ServiceDescription['payload']

  constructor(proxy: ServiceProxy, { payload }: ServiceDescription) {
    this.#proxy = proxy
    this.#payload = payload
  }

  caller({ methodId, request, response }: { methodId: number; request?: Schema<unknown>; response?: Schema<unknown> }) {
    return async (value: unknown, options?: MethodCallOptions) => {
      const answer = await this.#proxy.call(methodId, encodeValue(request, value, this.#payload), options)
      return decodeValue(response, answer.payload, this.#payload)
    }
  }

  sender({ methodId, request }: { readonly methodId: number; readonly request?: Schema<unknown> }) {
    return (value: unknown, options?: SendOptions) =>
      this.#proxy.send(methodId, encodeValue(request, value, this.#payload), options)
  }

  receiver({ eventId, eventgroupId, reliability }: EventBehaviour, schema: Schema<unknown>, isField: boolean) {
    const events = isField ? { fields: [eventId] } : { events: [eventId] }
    const carried = reliability === undefined ? {} : { reliability }
    return {
      subscribe: (options: TypedSubscribeOptions = {}, signal?: AbortSignal): TypedSubscription<unknown> =>
        this.#read(this.#proxy.subscribe({ ...carried, ...options, ...events, eventgroupId }, signal), schema),
    }
  }

  field({ value: schema, getter, setter, notifier }: NonNullable<ServiceDescription['fields']>[string]) {
    const get = getter === undefined ? undefined : this.caller({ methodId: getter, response: schema })
    return {
      ...(get === undefined ? {} : { get: (options?: MethodCallOptions) => get(undefined, options) }),
      ...(setter === undefined ? {} : { set: this.caller({ methodId: setter, request: schema, response: schema }) }),
      ...(notifier === undefined ? {} : this.receiver(notifier, schema, true)),
    }
  }

  #read(subscription: EventSubscription, schema: Schema<unknown>): TypedSubscription<unknown> {
    const payloadOptions = this.#payload
    return {
      subscription,
      async *[Symbol.asyncIterator]() {
        for await (const { payload, sessionId, e2e, isCached } of subscription) {
          yield { value: decodeValue(schema, payload, payloadOptions), sessionId, e2e, isCached }
        }
      },
      [Symbol.dispose]: () => subscription[Symbol.dispose](),
    }
  }
}
