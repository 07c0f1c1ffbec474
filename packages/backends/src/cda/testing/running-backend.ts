import type { Clock } from '@opensovd/base'
import type { Backend, BackendCall, Entity, EntityKind, FacetName, Facets } from '@opensovd/core'
import type { CdaBackendOptions } from '../options.ts'
import { type CdaDouble, type CdaDoubleOptions, openCdaDouble } from './cda-double.ts'
import { testCdaBackend } from './open-backend.ts'

export interface RunningCda extends AsyncDisposable {
  readonly double: CdaDouble
  readonly backend: Backend
  readonly calls: readonly BackendCall[]
  entity(kind: EntityKind, id: string): Entity
  facet<N extends FacetName>(name: N, kind?: EntityKind, id?: string): NonNullable<Facets[N]>
  /** What the double was asked since the last time that this was asked: method and path below the base. */
  news(): readonly string[]
}

/** A backend that runs, and has found the double that it looks at. */
export async function runCda(
  options: Partial<CdaBackendOptions> = {},
  doubleOptions: CdaDoubleOptions = {},
  clock?: Clock,
): Promise<RunningCda> {
  const double = await openCdaDouble({ ...doubleOptions, ...(clock ? { clock } : {}) })
  const calls: BackendCall[] = []
  const dependencies = { observe: (call: BackendCall) => calls.push(call), ...(clock ? { clock } : {}) }
  // Nothing is looked for a second time while a test runs.
  const backend = testCdaBackend({ baseUrl: double.url, refreshMs: 3_600_000, ...options }, dependencies)
  const stop = new AbortController()
  const run = backend.run(stop.signal)
  await isUp(backend)
  double.server.requests.length = 0
  const entity = (kind: EntityKind, id: string) => {
    const found = backend.snapshot.entities.find((each) => each.kind === kind && each.id === id)
    if (!found) throw new TypeError(`no ${kind} ${id}`)
    return found
  }
  return {
    double,
    backend,
    calls,
    entity,
    facet: (name, kind = 'component', id = 'flxc1000') => {
      const found = entity(kind, id).facets[name]
      if (!found) throw new TypeError(`${id} has no ${name}`)
      return found
    },
    news: () =>
      double.server.requests.splice(0).map(({ method, url }) => `${method} ${url.replace('/vehicle/v15', '')}`),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await run
      await backend[Symbol.asyncDispose]()
      await double[Symbol.asyncDispose]()
    },
  }
}

function isUp(backend: Backend): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (backend.snapshot.status.phase !== 'up') return
      end()
      resolve()
    }
    const end = backend.onChange(look)
    look()
  })
}

/** A call that nobody ends. */
export function context(signal: AbortSignal = new AbortController().signal) {
  return { signal }
}
