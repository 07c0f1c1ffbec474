import type { Trigger } from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { type EntityPath, entityAt } from '../entities.ts'
import { wantsSchema } from '../include-schema.ts'
import { urisBelow } from '../uris.ts'
import { ENVELOPES } from '../views/events.ts'
import { conditionOf, logOf, triggerView } from '../views/triggers.ts'
import type { ObservationParts } from './subscriptions.ts'

type TriggerRoutes = Pick<
  IsoApi,
  'listTriggers' | 'createTrigger' | 'readTrigger' | 'updateTrigger' | 'deleteTrigger' | 'readTriggerEvents'
>

export function triggerHandlers({ diagnostics, base, observer }: ObservationParts) {
  const { tree } = diagnostics
  const { triggers } = diagnostics.events
  const uriOf = urisBelow(base)
  const entity = (path: EntityPath) => entityAt(tree, path)
  const described = (path: EntityPath, trigger: Trigger, query: object, context: RequestContext) => {
    const view = triggerView(trigger, uriOf, context)
    if (!wantsSchema(query)) return view
    return { ...view, event_schema: observer().find(path, trigger.resource, context).eventSchema }
  }

  return handlersOf<TriggerRoutes>({
    listTriggers: ({ params, query }, context) => ({
      items: triggers.list(entity(params)).map((trigger) => described(params, trigger, query, context)),
    }),

    createTrigger: async ({ params, query, body: wanted }, context) => {
      const { resource, path = '', trigger_condition, log_settings, multishot = false, persistent = false } = wanted
      const target = entity(params)
      const { observed, body } = await observer().findReadable(params, resource, context)
      const trigger = triggers.create(
        target,
        {
          observed,
          body,
          path,
          condition: conditionOf(trigger_condition),
          multishot,
          persistent,
          ...(log_settings === undefined ? {} : { log: logOf(log_settings) }),
          ...(wanted.lifetime === undefined ? {} : { lifetimeSeconds: wanted.lifetime }),
          format: ENVELOPES,
        },
        context.caller,
      )
      const { entityCollection, entityId } = params
      return {
        location: `${base}/${entityCollection}/${entityId}/triggers/${trigger.id}`,
        body: described(params, trigger, query, context),
      }
    },

    readTrigger: ({ params, query }, context) =>
      described(params, triggers.get(entity(params), params.triggerId), query, context),

    updateTrigger: ({ params, body }, context) =>
      triggerView(triggers.renew(entity(params), params.triggerId, body.lifetime), uriOf, context),

    deleteTrigger: ({ params }) => triggers.delete(entity(params), params.triggerId),

    readTriggerEvents: ({ params }, { lastEventId = '' }) => {
      const target = entity(params)
      triggers.get(target, params.triggerId)
      return { read: (onReady) => triggers.read(target, params.triggerId, { lastEventId }, onReady) }
    },
  })
}
