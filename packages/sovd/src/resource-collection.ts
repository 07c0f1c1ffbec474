/** What an entity has under it, as far as it can be changed; the scopes of a lock are some of these [17978-3 7.17]. */
export const RESOURCE_COLLECTIONS = [
  'bulk-data',
  'clear-data',
  'communication-logs',
  'configurations',
  'cyclic-subscriptions',
  'data',
  'data-lists',
  'faults',
  'logs',
  'modes',
  'operations',
  'scripts',
  'status',
  'triggers',
  'updates',
] as const

export type ResourceCollection = (typeof RESOURCE_COLLECTIONS)[number]
