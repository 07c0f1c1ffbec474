/** Requests to a server made at the same time on behalf of one that takes several. */
export const MAX_TOGETHER = 8

/**
 * Maps with at most `limit` tasks at the same time; the results are in the order of the items. Rejects with the first
 * failure, after which no task is begun.
 */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  const entries = items.entries()
  let failed = false
  const work = async () => {
    for (const [index, item] of entries) {
      if (failed) return
      results[index] = await task(item)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
  } catch (error) {
    failed = true
    throw error
  }
  return results
}
