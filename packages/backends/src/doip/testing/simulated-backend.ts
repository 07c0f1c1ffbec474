import { type Clock, type Logger, silentLogger } from '@opensovd/base'
import type { Backend, BackendObserver, CallContext, Entity } from '@opensovd/core'
import { type GatewaySimulator, openGatewaySimulator, readDescription } from '@opensovd/ecu'
import type { ConnectionSettings } from '@opensovd/uds'
import { MemoryNetwork } from '@opensovd/uds/testing'
import { createDoipBackend } from '../index.ts'
import type { DoipBackendOptions } from '../options.ts'

export interface SimulatedBackend extends AsyncDisposable {
  readonly backend: Backend
  readonly simulator: GatewaySimulator
  readonly network: MemoryNetwork
}

export interface SimulatedBackendOptions extends Partial<Omit<DoipBackendOptions, 'ecus' | 'connection'>> {
  readonly clock: Clock
  readonly ecus: readonly Readonly<Record<string, unknown>>[]
  readonly connection?: Partial<ConnectionSettings>
  readonly observe?: BackendObserver
  readonly log?: Logger
}

export const HOST = '10.0.0.1'
const TESTER = '10.0.0.2'
export const GATEWAY = { address: 1, vin: 'W0L000043MB541326', eid: '0a0000000001', gid: '0a0000000002' }

/** What tests do not say of a backend. */
export const LIMITS = {
  presenceMs: 5000,
  testerPresentMs: 2000,
  sessionIdleMs: 300_000,
  memory: [],
  interlocks: [],
  isRawAllowed: false,
  refusals: new Map(),
}

/** A backend for simulated ECUs in a network in memory; it does not run yet. The backend is not disposed with it. */
export async function openSimulatedBackend(options: SimulatedBackendOptions): Promise<SimulatedBackend> {
  const { clock, log = silentLogger, observe, ecus, connection, ...others } = options
  const network = new MemoryNetwork()
  const description = readDescription({ value: { version: 1, gateway: GATEWAY, ecus } })
  const runtime = { clock, network: network.host(HOST), log }
  const settings = { host: HOST, tcpPort: 13400, udpPort: 13400, announceCount: 0, timing: { announceWaitMs: 0 } }
  const simulator = await openGatewaySimulator(runtime, description, settings)
  const backend = createDoipBackend(
    {
      name: 'simulated',
      connection: { host: HOST, testerAddress: 0x0e80, ...connection },
      ecus: description.ecus,
      ...LIMITS,
      ...others,
    },
    { clock, log, network: network.host(TESTER), ...(observe && { observe }) },
  )
  return { backend, simulator, network, [Symbol.asyncDispose]: () => simulator[Symbol.asyncDispose]() }
}

/** Resolves when a backend's snapshot is as wanted. */
export function until(backend: Backend, isWanted: (backend: Backend) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isWanted(backend)) return
      end()
      resolve()
    }
    const end = backend.onChange(look)
    look()
  })
}

export function componentOf(backend: Backend, id: string): Entity {
  const found = backend.snapshot.entities.find((entity) => entity.id === id)
  if (!found) throw new TypeError(`there is no ${id}`)
  return found
}

export function context(signal = new AbortController().signal): CallContext {
  return { signal, caller: { subject: 'tester' } }
}
