/**
 * How long what such a resource creates is kept after it is over [17978-3 7.3]. Executions stay this long unless more
 * than the server keeps are over since; what has an end of its own is gone with it.
 */
const RETENTION_SECONDS: Readonly<Record<string, number>> = {
  executions: 3600,
  'cyclic-subscriptions': 0,
  triggers: 0,
  updates: 0,
}

/** Seconds, or nothing for what is not temporary. */
export function retentionSeconds(template: string): number | undefined {
  const collection = template.split('/').findLast((segment) => !segment.startsWith('{') && segment !== '') ?? ''
  const known = template.startsWith('/updates') ? 'updates' : collection
  return Object.hasOwn(RETENTION_SECONDS, known) ? RETENTION_SECONDS[known] : undefined
}
