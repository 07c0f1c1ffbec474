import { SovdError } from '@opensovd/sovd'

interface MediaRange {
  readonly type: string
  readonly subtype: string
  readonly quality: number
}

/**
 * Sees to it that a client takes content of a type [RFC 9110 12.5.1].
 * @param accept the header `Accept`; absent or empty: anything will do
 * @throws SovdError `not-acceptable`
 */
export function requireAcceptable(accept: string | undefined, contentType: string): void {
  if (accept === undefined || accept.trim() === '' || accepts(accept, contentType)) return
  throw new SovdError('not-acceptable', `there is only ${contentType}, not ${accept.slice(0, 200)}`, {
    target: 'Accept',
  })
}

/** The range that names the type most closely decides. */
function accepts(accept: string, contentType: string): boolean {
  const [type = '', subtype = ''] = mediaTypeOf(contentType).split('/')
  const fitting = accept
    .split(',')
    .map(rangeOf)
    .filter((range) => fits(range.type, type) && fits(range.subtype, subtype))
    .toSorted((a, b) => closeness(b) - closeness(a))
  return (fitting[0]?.quality ?? 0) > 0
}

function fits(wanted: string, actual: string): boolean {
  return wanted === '*' || wanted === actual
}

function closeness({ type, subtype }: MediaRange): number {
  return Number(type !== '*') + Number(subtype !== '*')
}

function rangeOf(text: string): MediaRange {
  const [type = '', subtype = ''] = mediaTypeOf(text).split('/')
  const quality = /;\s*q=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)/i.exec(text)?.[1]
  return { type, subtype, quality: quality === undefined ? 1 : Number(quality) }
}

/** The type itself, without parameters. */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
}
