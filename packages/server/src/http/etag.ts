import { hash } from 'node:crypto'

/** The strong entity tag of a body [RFC 9110 8.8.3]. */
export function entityTag(body: string): string {
  if (body.length > MAX_KNOWN_LENGTH) return tagOf(body)
  let tag = known.get(body)
  if (tag === undefined) {
    tag = tagOf(body)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(body, tag)
  }
  return tag
}

function tagOf(body: string): string {
  return `"${hash('sha256', body, 'hex').slice(0, 16)}"`
}

/** Tags of small bodies: values are read more often than they change. */
const known = new Map<string, string>()
const MAX_KNOWN = 1024
const MAX_KNOWN_LENGTH = 512

/** The entity tag of content that has a tag of its own. */
export function quotedTag(tag: string): string {
  return `"${tag}"`
}

const TAG = /\s*(?:(W\/)?("[\x21\x23-\x7e\x80-\xff]*"))\s*(?:,|$)/y

/** Whether an `If-None-Match` header names the tag: by weak comparison, `*` names every one [RFC 9110 13.1.2]. */
export function matchesWeakly(header: string, tag: string): boolean {
  return header.trim() === '*' || tagsOf(header).some(({ opaque }) => opaque === tag)
}

/** Whether an `If-Match` header names the tag: by strong comparison, `*` names every one [RFC 9110 13.1.1]. */
export function matchesStrongly(header: string, tag: string): boolean {
  return header.trim() === '*' || tagsOf(header).some(({ opaque, weak }) => !weak && opaque === tag)
}

/** The tags of a list, as far as it is well formed. */
function tagsOf(header: string): { opaque: string; weak: boolean }[] {
  const tags: { opaque: string; weak: boolean }[] = []
  TAG.lastIndex = 0
  for (let match = TAG.exec(header); match !== null; match = TAG.exec(header)) {
    tags.push({ opaque: match[2] ?? '', weak: match[1] !== undefined })
    if (TAG.lastIndex >= header.length) break
  }
  return tags
}
