import { hash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createDoipBackend, type DoipBackendOptions } from '@opensovd/backends/doip'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openDiagnostics } from '@opensovd/core'
import { type GatewaySimulator, openGatewaySimulator, readDescription } from '@opensovd/ecu'
import { openSovdServer } from '@opensovd/server'
import { nodeNetwork } from '@opensovd/uds/node'
import { parse } from 'yaml'
import { eventually } from '../../programs/program.ts'

const HOST = '127.0.0.1'
const FILE = new URL('../../../docs/examples/ecus/powertrain.yaml', import.meta.url)

export interface Reply {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape is what they test
  readonly body: any
}

export interface Vehicle extends AsyncDisposable {
  readonly simulator: GatewaySimulator
  /** Where the native contract is, and where that of ISO 17978-3. */
  readonly native: string
  readonly iso: string
  /** Asks as the client `me`, unless told otherwise. */
  ask(url: string, method?: string, body?: unknown, client?: string): Promise<Reply>
}

/** The simulated ECUs of the shipped description, over sockets, behind our server. */
export async function openVehicle(options: Partial<DoipBackendOptions> = {}): Promise<Vehicle> {
  const runtime = { clock: systemClock, log: silentLogger, network: nodeNetwork() }
  const description = readDescription({ value: parse(readFileSync(FILE, 'utf8')) })
  const settings = { host: HOST, tcpPort: 0, udpPort: 0, announceCount: 0, timing: { announceWaitMs: 0 } }
  const simulator = await openGatewaySimulator(runtime, description, settings)
  const backend = createDoipBackend(
    {
      name: 'powertrain',
      connection: { host: HOST, port: simulator.addresses.tcp.port, testerAddress: 0x0e80 },
      ecus: description.ecus,
      presenceMs: 5000,
      testerPresentMs: 2000,
      sessionIdleMs: 300_000,
      memory: [],
      interlocks: [],
      isRawAllowed: false,
      refusals: new Map(),
      ...options,
    },
    runtime,
  )
  const executions = { pollMs: 5 }
  const audit = { sha256: (text: string) => hash('sha256', text, 'hex') }
  const diagnostics = openDiagnostics({ ...runtime, createId: randomUUID, backends: [backend], executions, audit })
  const identity = { serverName: 'vehicle', serverVersion: '1', description: '' }
  const server = await openSovdServer({ ...runtime, ...identity, diagnostics, host: HOST, port: 0 })
  await eventually(5000, () => {
    const states = backend.snapshot.entities.map(({ connectionState }) => connectionState)
    return states.every((state) => state === 'connected') || undefined
  })
  return {
    simulator,
    native: `${server.url}/sovd/v1`,
    iso: `${server.url}/vehicle/v1`,
    ask,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await diagnostics[Symbol.asyncDispose]()
      await simulator[Symbol.asyncDispose]()
    },
  }
}

async function ask(url: string, method = 'GET', body?: unknown, client = 'me'): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: { 'x-sovd-client-id': client, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}
