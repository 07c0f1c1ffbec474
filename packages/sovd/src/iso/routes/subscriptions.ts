import { Type } from 'typebox'
import type { SovdErrorCode } from '../../error.ts'
import { created, empty, events, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA } from '../resources/common.ts'
import { EventEnvelope } from '../resources/event-envelope.ts'
import {
  CyclicSubscription,
  CyclicSubscriptions,
  SubscriptionRequest,
  SubscriptionUpdate,
} from '../resources/subscription.ts'
import { ENTITY } from './entity.ts'

const tag = 'subscriptions'
const subscription = `${ENTITY}/cyclic-subscriptions/{subscriptionId}` as const

/** What observing a resource can be refused with. */
export const OBSERVE_ERRORS = [
  'forbidden',
  'not-found',
  'conflict',
  'not-implemented',
  'unavailable',
] as const satisfies readonly SovdErrorCode[]

export const subscriptionRoutes = {
  listSubscriptions: route({
    method: 'GET',
    path: `${ENTITY}/cyclic-subscriptions`,
    tag,
    permission: 'subscriptions:read',
    summary: 'The cyclic subscriptions of an entity',
    reply: json(CyclicSubscriptions),
    errors: ['not-found'],
  }),
  createSubscription: route({
    method: 'POST',
    path: `${ENTITY}/cyclic-subscriptions`,
    tag,
    permission: 'subscriptions:write',
    mutates: false,
    summary: 'Subscribe to a resource of the entity, to be told of it again and again',
    query: Type.Object(INCLUDE_SCHEMA),
    body: SubscriptionRequest,
    reply: created(CyclicSubscription, 201),
    errors: OBSERVE_ERRORS,
  }),
  readSubscription: route({
    method: 'GET',
    path: subscription,
    tag,
    permission: 'subscriptions:read',
    summary: 'What is subscribed to, where its events are, and when it ends',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(CyclicSubscription),
    errors: ['not-found'],
  }),
  updateSubscription: route({
    method: 'PUT',
    path: subscription,
    tag,
    permission: 'subscriptions:write',
    mutates: false,
    summary: 'Give a subscription another interval, or a new duration from now on',
    body: SubscriptionUpdate,
    reply: json(CyclicSubscription),
    errors: ['not-found', 'conflict'],
  }),
  deleteSubscription: route({
    method: 'DELETE',
    path: subscription,
    tag,
    permission: 'subscriptions:write',
    mutates: false,
    summary: 'End a subscription, and the reading of its events',
    reply: empty,
    errors: ['not-found'],
  }),
  readSubscriptionEvents: route({
    method: 'GET',
    path: `${subscription}/events`,
    tag,
    permission: 'subscriptions:read',
    summary: 'The events of a subscription, as long as it lasts',
    reply: events({ message: EventEnvelope }),
    errors: ['not-found', 'unavailable'],
  }),
} as const
