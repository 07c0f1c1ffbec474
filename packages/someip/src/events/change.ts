/** By byte index: the bits that do not count as a change. */
export type IgnoredBits = ReadonlyMap<number, number>

const ALL_BITS = 0xff
const NOTHING_IGNORED: IgnoredBits = new Map()

/** Whether two payloads differ in a bit that counts. A byte that only one of them has differs unless it is ignored whole. */
export function isChange(previous: Uint8Array, next: Uint8Array, ignored: IgnoredBits = NOTHING_IGNORED): boolean {
  const length = Math.max(previous.length, next.length)
  for (let index = 0; index < length; index++) {
    const before = previous[index]
    const after = next[index]
    if (before === after) continue
    const counting = ALL_BITS & ~(ignored.get(index) ?? 0)
    const differing = before === undefined || after === undefined ? ALL_BITS : before ^ after
    if ((differing & counting) !== 0) return true
  }
  return false
}
