import { type ByteRange, SovdError } from '@opensovd/sovd'

const RANGE = /^bytes=(\d*)-(\d*)$/

/**
 * The part that a `Range` header asks for; undefined for all of it. Several ranges at once, and units other than
 * bytes, count as none [RFC 9110 14.2].
 * @param size bytes in all
 * @throws SovdError `range-not-satisfiable`
 */
export function rangeOf(header: string, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = RANGE.exec(header.replaceAll(' ', '')) ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  if (start >= size || end <= start) {
    throw new SovdError('range-not-satisfiable', `there are ${size} bytes, none of them in ${header.slice(0, 80)}`)
  }
  return { start, end }
}
