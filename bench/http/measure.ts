import { setImmediate as turn } from 'node:timers/promises'
import { Pool } from 'undici'
import type { Target } from './target.ts'

export interface Measured {
  /** CPU time of the target's process, user and system, for one request. */
  readonly cpuMicros: number
  readonly perSecond: number
  readonly residentMiB: number
}

const CONNECTIONS = 32

/**
 * Sends `rate` requests a second for `seconds` and asks the target what they cost. The client never sleeps, because
 * waking a sleeping client is the server's cost, and who answers later pays it more often. The rate is the same for
 * both sides of a comparison, so that both handle as many requests in one turn of their event loop.
 */
export async function measure(target: Target, seconds: number, rate: number): Promise<Measured> {
  const pool = new Pool(target.origin, { connections: CONNECTIONS, pipelining: 1 })
  const before = await target.usage()
  const startedAt = performance.now()
  const pending = new Set<Promise<void>>()
  let sent = 0
  for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - startedAt) / 1000) {
    for (; sent < elapsed * rate && pending.size < CONNECTIONS; sent++) {
      const request = get(pool, target.path).finally(() => pending.delete(request))
      pending.add(request)
    }
    await turn()
  }
  await Promise.all(pending)
  const elapsed = (performance.now() - startedAt) / 1000
  const after = await target.usage()
  await pool.close()
  return {
    cpuMicros: (after.cpuMicros - before.cpuMicros) / sent,
    perSecond: sent / elapsed,
    residentMiB: after.residentMiB,
  }
}

function get(pool: Pool, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    pool.dispatch(
      { method: 'GET', path, headers: { accept: 'application/json' } },
      {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          if (status !== 200) reject(new Error(`status ${status}`))
        },
        onResponseData() {},
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })
}
