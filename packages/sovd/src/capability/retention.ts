/** Collections of what ends by itself at a time that is known, and is gone then. */
const GONE_WITH_THEIR_END: ReadonlySet<string> = new Set(['cyclic-subscriptions', 'triggers'])

/**
 * How long what such a resource creates is kept after it is over [17978-3 7.3], in seconds; nothing for what is not
 * temporary. An update is known as long as it is there, which nobody promises.
 * @param known seconds by the name of the collection
 */
export function retentionAt(template: string, known: Readonly<Record<string, number>>): number | undefined {
  if (template.startsWith('/updates')) return 0
  const collection = template.split('/').findLast((segment) => !segment.startsWith('{') && segment !== '') ?? ''
  if (Object.hasOwn(known, collection)) return known[collection]
  return GONE_WITH_THEIR_END.has(collection) ? 0 : undefined
}
