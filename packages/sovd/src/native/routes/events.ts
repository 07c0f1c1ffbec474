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

function subscribeFaults<const P extends string>(path: P, what: string) {
  return route({
    method: 'GET',
    path: `${path}/faults/subscribe`,
    tag,
    permission: 'faults:read',
    summary: `Which faults of ${what} come and go, as it happens`,
    query: Type.Object({ lastEventId: LastEventId }),
    reply: events({ faultChange: FaultChange, faultUpdate: FaultUpdate, ...COMMON_EVENTS }),
    errors: BACKEND_READ_ERRORS,
  })
}

function subscribeData<const P extends string>(path: P, what: string) {
  return route({
    method: 'GET',
    path: `${path}/data/subscribe`,
    tag,
    permission: 'data:read',
    summary: `The values and the faults of ${what}, and their changes as they happen`,
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
  })
}

const component = ['/components/{componentId}', 'a component'] as const
const app = ['/apps/{appId}', 'an app'] as const
const func = ['/funcs/{functionId}', 'a function'] as const

export const eventRoutes = {
  subscribeFaults: subscribeFaults(...component),
  subscribeData: subscribeData(...component),
  subscribeAppFaults: subscribeFaults(...app),
  subscribeAppData: subscribeData(...app),
  subscribeFunctionFaults: subscribeFaults(...func),
  subscribeFunctionData: subscribeData(...func),
} as const
