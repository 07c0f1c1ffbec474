import { Type } from 'typebox'
import { events, route } from '../../route.ts'
import {
  COMMON_EVENTS,
  DataChangeEvent,
  FaultChange,
  FaultSnapshotEvent,
  FaultUpdate,
  KeepaliveEvent,
  LastEventId,
} from '../resources/events.ts'
import { BACKEND_READ_ERRORS } from './errors.ts'

const tag = 'events'

export const eventRoutes = {
  subscribeFaults: route({
    method: 'GET',
    path: '/components/{componentId}/faults/subscribe',
    tag,
    permission: 'faults:read',
    summary: 'Which faults of a component come and go, as it happens',
    query: Type.Object({ lastEventId: LastEventId }),
    reply: events({ faultChange: FaultChange, faultUpdate: FaultUpdate, ...COMMON_EVENTS }),
    errors: BACKEND_READ_ERRORS,
  }),
  subscribeData: route({
    method: 'GET',
    path: '/components/{componentId}/data/subscribe',
    tag,
    permission: 'data:read',
    summary: 'The values and the faults of a component, and their changes as they happen',
    query: Type.Object({
      lastEventId: LastEventId,
      ids: Type.Optional(
        Type.String({ minLength: 1, description: 'only these data items, separated by commas, and no faults' }),
      ),
    }),
    reply: events({
      'data-change': DataChangeEvent,
      'fault-change': FaultSnapshotEvent,
      keepalive: KeepaliveEvent,
      ...COMMON_EVENTS,
    }),
    errors: BACKEND_READ_ERRORS,
  }),
} as const
