import type { CyclicSubscription } from '@opensovd/core'
import type { RequestContext } from '../../contract.ts'
import { pathOf, type UriOf } from '../uris.ts'

export function subscriptionView(subscription: CyclicSubscription, uriOf: UriOf, context: RequestContext) {
  const { id, entity, observed, interval, expires } = subscription
  const resource = context.origin + observed.uri
  return {
    id,
    observed_resource: resource,
    resource,
    event_source: uriOf(context, ...pathOf(entity), 'cyclic-subscriptions', id, 'events'),
    protocol: 'sse' as const,
    interval,
    expires,
  }
}
