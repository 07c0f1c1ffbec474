import { setTimeout as sleep } from 'node:timers/promises'

export interface Paced {
  readonly rate: number
  readonly seconds: number
  /** More are not under way at a time. */
  readonly window: number
}

/** Starts `task` so many times a second. Returns how often, and how many seconds that took. */
export async function paced(
  { rate, seconds, window }: Paced,
  task: (index: number) => Promise<unknown>,
): Promise<{ readonly count: number; readonly seconds: number }> {
  const startedAt = performance.now()
  const pending = new Set<Promise<unknown>>()
  let count = 0
  for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - startedAt) / 1000) {
    for (; count < elapsed * rate && pending.size < window; count++) {
      const running = task(count).finally(() => pending.delete(running))
      pending.add(running)
    }
    await sleep(1)
  }
  await Promise.all(pending)
  return { count, seconds: (performance.now() - startedAt) / 1000 }
}
