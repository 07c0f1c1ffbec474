/**
 * Yields what `task` makes of each item, in the order of the items, with up to `limit` tasks under way. A task begins
 * only when somebody takes the results before it, so no more than `limit` of them ever wait. Rejects with the first
 * failure; tasks that are under way then, or when the consumer leaves, run on and their failures are nobody's.
 */
export async function* mapInOrder<T, R>(
  items: Iterable<T>,
  limit: number,
  task: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = []
  for (const item of items) {
    const running = task(item)
    running.catch(() => {})
    underWay.push(running)
    if (underWay.length < limit) continue
    const oldest = underWay.shift()
    if (oldest) yield await oldest
  }
  for (const running of underWay) yield await running
}
