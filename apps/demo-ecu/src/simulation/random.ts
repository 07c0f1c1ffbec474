/** Yields numbers in [0, 1). */
export type Random = () => number

/** The same sequence for the same `seed`, of which the lower 32 bits count (Marsaglia's xorshift). */
export function seededRandom(seed: number): Random {
  // The product spreads seeds that lie close together; a state of zero would stay zero.
  let state = Math.imul((seed | 0) ^ 0x2545f491, 0x9e3779b1) || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
