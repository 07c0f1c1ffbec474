import { type Clock, raceSignal } from '@opensovd/base'
import type { Backend } from '@opensovd/core'

/** Resolves when every backend was tried, or after `limitMs`. */
export async function firstLook(backends: readonly Backend[], clock: Clock, limitMs: number): Promise<void> {
  const patience = new AbortController()
  const cancel = clock.after(limitMs, () => patience.abort())
  await raceSignal(Promise.all(backends.map(tried)), patience.signal).catch(() => {})
  cancel()
}

function tried(backend: Backend): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (backend.snapshot.status.phase === 'untried') return
      end()
      resolve()
    }
    const end = backend.onChange(look)
    look()
  })
}
