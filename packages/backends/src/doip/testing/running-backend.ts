import { FakeClock } from '@opensovd/base/testing'
import type { Backend, Entity, Facets } from '@opensovd/core'
import type { EcuSimulator, GatewaySimulator } from '@opensovd/ecu'
import type { MemoryNetwork } from '@opensovd/uds/testing'
import { componentOf, openSimulatedBackend, type SimulatedBackendOptions, until } from './simulated-backend.ts'

export interface RunningBackend extends AsyncDisposable {
  readonly clock: FakeClock
  readonly backend: Backend
  readonly simulator: GatewaySimulator
  readonly network: MemoryNetwork
  readonly ecu: EcuSimulator
  /** The component as it is now. */
  readonly component: Entity
  facet<N extends keyof Facets>(name: N): NonNullable<Facets[N]>
  /** Lets time go on until the promise settles. */
  wait<T>(promise: Promise<T>, stepMs?: number): Promise<T>
}

/** Runs a backend for one simulated ECU until its disposal, with time that the test moves. */
export async function runBackend(
  ecu: Readonly<Record<string, unknown>>,
  options: Partial<SimulatedBackendOptions> & { readonly clock?: FakeClock } = {},
): Promise<RunningBackend> {
  const { clock = new FakeClock() } = options
  const described = { id: 'one', address: 0x1001, ...ecu }
  const opened = await openSimulatedBackend({ ecus: [described], ...options, clock })
  const { backend, simulator, network } = opened
  const stop = new AbortController()
  const running = backend.run(stop.signal)
  const close = async () => {
    stop.abort()
    await running
    await backend[Symbol.asyncDispose]()
    await opened[Symbol.asyncDispose]()
  }
  const wait = <T>(promise: Promise<T>, stepMs = 50) => throughTime(clock, promise, stepMs)
  await wait(until(backend, ({ snapshot }) => snapshot.status.phase === 'up'))
  return {
    clock,
    backend,
    simulator,
    network,
    ecu: simulator.ecu('one'),
    get component() {
      return componentOf(backend, 'one')
    },
    facet: (name) => {
      const facet = componentOf(backend, 'one').facets[name]
      if (!facet) throw new TypeError(`there is no ${name}`)
      return facet
    },
    wait,
    [Symbol.asyncDispose]: () => wait(close()),
  }
}

/** Lets time go on until the promise settles; gives up after a day. */
export async function throughTime<T>(clock: FakeClock, promise: Promise<T>, stepMs: number): Promise<T> {
  let isSettled = false
  const settled = () => {
    isSettled = true
  }
  promise.then(settled, settled)
  for (let steps = 0; !isSettled && steps < 20_000; steps++) await clock.advance(stepMs)
  if (!isSettled) throw new Error('it did not settle')
  return await promise
}
