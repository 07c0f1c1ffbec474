import { Type } from 'typebox'
import { created, empty, events, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA } from '../resources/common.ts'
import { EventEnvelope } from '../resources/event-envelope.ts'
import { Trigger, TriggerRequest, Triggers, TriggerUpdate } from '../resources/trigger.ts'
import { ENTITY } from './entity.ts'
import { OBSERVE_ERRORS } from './subscriptions.ts'

const tag = 'triggers'
const trigger = `${ENTITY}/triggers/{triggerId}` as const

export const triggerRoutes = {
  listTriggers: route({
    method: 'GET',
    path: `${ENTITY}/triggers`,
    tag,
    permission: 'triggers:read',
    summary: 'The triggers of an entity',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(Triggers),
    errors: ['not-found'],
  }),
  createTrigger: route({
    method: 'POST',
    path: `${ENTITY}/triggers`,
    tag,
    permission: 'triggers:write',
    mutates: false,
    summary: 'Be told when something becomes true of a resource of the entity',
    query: Type.Object(INCLUDE_SCHEMA),
    body: TriggerRequest,
    reply: created(Trigger, 201),
    errors: OBSERVE_ERRORS,
  }),
  readTrigger: route({
    method: 'GET',
    path: trigger,
    tag,
    permission: 'triggers:read',
    summary: 'What a trigger waits for, where its events are, and whether it still waits',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(Trigger),
    errors: ['not-found'],
  }),
  updateTrigger: route({
    method: 'PUT',
    path: trigger,
    tag,
    permission: 'triggers:write',
    mutates: false,
    summary: 'Give a trigger a new lifetime from now on',
    body: TriggerUpdate,
    reply: json(Trigger),
    errors: ['not-found', 'conflict'],
  }),
  deleteTrigger: route({
    method: 'DELETE',
    path: trigger,
    tag,
    permission: 'triggers:write',
    mutates: false,
    summary: 'End a trigger, and the reading of its events',
    reply: empty,
    errors: ['not-found'],
  }),
  readTriggerEvents: route({
    method: 'GET',
    path: `${trigger}/events`,
    tag,
    permission: 'triggers:read',
    summary: 'The events of a trigger from its beginning, as far as they are kept',
    reply: events({ message: EventEnvelope }),
    errors: ['not-found', 'unavailable'],
  }),
} as const
