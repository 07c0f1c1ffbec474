import type { EventDefinition } from '../events/event-definition.ts'
import type { PayloadOptions } from '../payload/byte-order.ts'
import type { Infer, Schema } from '../payload/schema.ts'
import { checkId } from '../routing/someip-error.ts'

type AnySchema = Schema<unknown>

/** A method with a response; without `request` or `response` that payload is empty. */
export interface MethodDescription {
  readonly methodId: number
  readonly request?: AnySchema
  readonly response?: AnySchema
}

/** A method without a response (REQUEST_NO_RETURN). */
export interface CommandDescription {
  readonly methodId: number
  readonly request?: AnySchema
}

/** How an event or notifier is sent; what is not given is as configured. */
export interface EventBehaviour
  extends Partial<Omit<EventDefinition, 'eventId' | 'eventgroupIds' | 'kind' | 'isChange'>> {
  readonly eventId: number
  /** The group to subscribe to; `eventgroupIds` may name further ones that have the event. */
  readonly eventgroupId: number
  readonly eventgroupIds?: readonly number[]
}

export interface EventDescription extends EventBehaviour {
  readonly payload: AnySchema
}

/** A value of the service: readable with a getter, writable with a setter, observable with a notifier. */
export interface FieldDescription {
  readonly value: AnySchema
  readonly getter?: number
  readonly setter?: number
  readonly notifier?: EventBehaviour
}

/** A service interface as a plain object; client and server are typed by it. */
export interface ServiceDescription {
  readonly serviceId: number
  readonly majorVersion: number
  readonly minorVersion: number
  readonly methods?: Readonly<Record<string, MethodDescription>>
  readonly commands?: Readonly<Record<string, CommandDescription>>
  readonly events?: Readonly<Record<string, EventDescription>>
  readonly fields?: Readonly<Record<string, FieldDescription>>
  /** Byte order and limits of all payloads. */
  readonly payload?: PayloadOptions
}

/** Members of a description, none where it has none. */
export type MethodsOf<D extends ServiceDescription> = NonNullable<D['methods']>
export type CommandsOf<D extends ServiceDescription> = NonNullable<D['commands']>
export type EventsOf<D extends ServiceDescription> = NonNullable<D['events']>
export type FieldsOf<D extends ServiceDescription> = NonNullable<D['fields']>

/** The value a schema describes; undefined without a schema. */
export type ValueOf<S> = S extends AnySchema ? Infer<S> : undefined
export type RequestOf<M> = M extends { readonly request: infer S } ? ValueOf<S> : undefined
export type PayloadOf<E> = E extends { readonly payload: infer S } ? ValueOf<S> : undefined
export type ResponseOf<M> = M extends { readonly response: infer S } ? ValueOf<S> : undefined

/**
 * A service interface, as it is given, with its literal types kept.
 * @throws SomeIpError when an id does not fit its field
 */
export function defineService<const D extends ServiceDescription>(description: D): D {
  checkId('serviceId', description.serviceId, 0xfffe)
  checkId('majorVersion', description.majorVersion, 0xfe)
  checkId('minorVersion', description.minorVersion, 0xffff_fffe)
  for (const { methodId } of Object.values({ ...description.methods, ...description.commands })) {
    checkId('methodId', methodId)
  }
  const notifiers = Object.values(description.fields ?? {}).map(({ notifier }) => notifier)
  for (const event of [...Object.values(description.events ?? {}), ...notifiers]) {
    if (event === undefined) continue
    checkId('eventId', event.eventId)
    checkId('eventgroupId', event.eventgroupId)
  }
  return description
}
