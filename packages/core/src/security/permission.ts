/** `collection:verb`, either of which may be `*` for any; or `*` for everything. */
const PATTERN = /^(\*|(\*|[a-z]+):(\*|[a-z]+))$/

/** Whether a text is a permission, or a pattern of permissions. */
export function isPermissionPattern(text: string): boolean {
  return PATTERN.test(text)
}

/**
 * Whether a pattern such as `data:*`, `*:read` or `*` covers a permission such as `data:read`.
 * What is no pattern covers nothing.
 */
export function covers(pattern: string, permission: string): boolean {
  if (!isPermissionPattern(pattern)) return false
  if (pattern === '*') return true
  const [collection, verb] = pattern.split(':')
  const [wantedCollection, wantedVerb, ...more] = permission.split(':')
  if (wantedVerb === undefined || more.length > 0) return false
  return (collection === '*' || collection === wantedCollection) && (verb === '*' || verb === wantedVerb)
}
