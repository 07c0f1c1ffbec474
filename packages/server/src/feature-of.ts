import type { FeatureName } from '@opensovd/core'
import type { Route } from '@opensovd/sovd'

/** The feature that a route is part of; while it is off, so is the route. */
export function featureOf({ path, reply }: Route): FeatureName | undefined {
  if (reply.kind === 'events') return 'sse_stream'
  if (path.startsWith('/x-uds/')) return 'vendor_extensions'
  if (path.startsWith('/x-bridge/')) return 'bridge'
  return path === '/metrics' ? 'metrics' : undefined
}
