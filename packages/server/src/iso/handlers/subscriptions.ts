import type { Diagnostics } from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { type EntityPath, entityAt } from '../entities.ts'
import { wantsSchema } from '../include-schema.ts'
import type { ResourceObserver } from '../observe/observer.ts'
import { urisBelow } from '../uris.ts'
import { ENVELOPES } from '../views/events.ts'
import { subscriptionView } from '../views/subscriptions.ts'

type SubscriptionRoutes = Pick<
  IsoApi,
  | 'listSubscriptions'
  | 'createSubscription'
  | 'readSubscription'
  | 'updateSubscription'
  | 'deleteSubscription'
  | 'readSubscriptionEvents'
>

export interface ObservationParts {
  readonly diagnostics: Diagnostics
  readonly base: string
  /** Asked when there is something to observe: it observes what the contract's other handlers read. */
  readonly observer: () => ResourceObserver
}

export function subscriptionHandlers({ diagnostics, base, observer }: ObservationParts) {
  const { tree } = diagnostics
  const { subscriptions } = diagnostics.events
  const uriOf = urisBelow(base)
  const entity = (path: EntityPath) => entityAt(tree, path)

  return handlersOf<SubscriptionRoutes>({
    listSubscriptions: ({ params }, context) => ({
      items: subscriptions.list(entity(params)).map((each) => subscriptionView(each, uriOf, context)),
    }),

    createSubscription: async ({ params, query, body }, context) => {
      const { resource, interval, duration: durationSeconds } = body
      const target = entity(params)
      const { observed, eventSchema } = await observer().findReadable(params, resource, context)
      const request = { observed, interval, durationSeconds, format: ENVELOPES }
      const subscription = subscriptions.create(target, request, context.caller)
      const { entityCollection, entityId } = params
      return {
        location: `${base}/${entityCollection}/${entityId}/cyclic-subscriptions/${subscription.id}`,
        body: {
          ...subscriptionView(subscription, uriOf, context),
          ...(wantsSchema(query) ? { event_schema: eventSchema } : {}),
        },
      }
    },

    readSubscription: ({ params, query }, context) => {
      const subscription = subscriptions.get(entity(params), params.subscriptionId)
      const view = subscriptionView(subscription, uriOf, context)
      if (!wantsSchema(query)) return view
      return { ...view, event_schema: observer().find(params, subscription.observed.uri, context).eventSchema }
    },

    updateSubscription: ({ params, body }, context) => {
      const { interval, duration } = body
      const update = {
        ...(interval === undefined ? {} : { interval }),
        ...(duration === undefined ? {} : { durationSeconds: duration }),
      }
      return subscriptionView(subscriptions.update(entity(params), params.subscriptionId, update), uriOf, context)
    },

    deleteSubscription: ({ params }) => subscriptions.delete(entity(params), params.subscriptionId),

    readSubscriptionEvents: ({ params }, { lastEventId = '' }) => {
      const target = entity(params)
      subscriptions.get(target, params.subscriptionId)
      return { read: (onReady) => subscriptions.read(target, params.subscriptionId, { lastEventId }, onReady) }
    },
  })
}
