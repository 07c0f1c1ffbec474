import { type Json, type JsonObject, raceSignal, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import {
  type Backend,
  type Diagnostics,
  type DiagnosticsOptions,
  type Entity,
  type EntityTreeOptions,
  type EventLimits,
  type ExecutionState,
  type Facets,
  type Fault,
  MemoryBackend,
  openDiagnostics,
  type TriggerStore,
} from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { openSovdServer, type SovdServerOptions } from '../server.ts'

/** What the tests look into and change behind the server's back. */
export interface Vehicle {
  readonly values: Map<string, Json>
  readonly faults: Fault[]
  readonly parameters: Record<string, Json>
  mode: string
  dtcSetting: string
  execution: ExecutionState
  readonly calls: string[]
}

export interface Fixture extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly vehicle: Vehicle
  /** What the server serves. */
  readonly diagnostics: Diagnostics
  get(path: string, headers?: Record<string, string>): Promise<Reply>
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape is what they test
  readonly json: any
}

/** A server over one component `bms` with every facet, one component `bare` with none, and one group. */
export async function openFixture(
  options: Partial<SovdServerOptions> & {
    backends?: Backend[]
    entities?: EntityTreeOptions
    events?: Partial<EventLimits>
    triggerStore?: TriggerStore
    /** What else the domain is opened with. */
    domain?: Partial<DiagnosticsOptions>
  } = {},
): Promise<Fixture> {
  const vehicle = createVehicle()
  const backends = options.backends ?? [new MemoryBackend('memory', entitiesOf(vehicle))]
  let next = 0
  const diagnostics = openDiagnostics({
    clock: options.clock ?? systemClock,
    log: silentLogger,
    createId: () => `e${++next}`,
    backends,
    ...(options.entities && { entities: options.entities }),
    executions: { pollMs: 1 },
    ...(options.events && { events: options.events }),
    ...(options.triggerStore && { triggerStore: options.triggerStore }),
    ...options.domain,
  })
  const server = await openSovdServer({
    diagnostics,
    clock: systemClock,
    log: silentLogger,
    host: '127.0.0.1',
    port: 0,
    serverName: 'test',
    serverVersion: '1.2.3',
    description: 'a test',
    ...options,
  })
  const send: Fixture['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(server.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
  }
  return {
    url: server.url,
    port: server.port,
    vehicle,
    diagnostics,
    get: (path, headers) => send('GET', path, undefined, headers),
    send,
    async [Symbol.asyncDispose]() {
      await server.close()
      await diagnostics[Symbol.asyncDispose]()
    },
  }
}

/** A backend with a component `slow` that tells of each read, and answers it after `answer`, by default never. */
export function slowBackend(
  onRead: (signal: AbortSignal) => void,
  answer: Promise<void> = new Promise(() => {}),
): Backend {
  const slow: Entity = {
    kind: 'component',
    id: 'slow',
    name: 'Slow',
    connectionState: 'connected',
    facets: {
      data: {
        list: async () => [],
        async read(id, { signal }) {
          onRead(signal)
          await raceSignal(answer, signal)
          return { id, value: 1 }
        },
      },
    },
  }
  return new MemoryBackend('slow', [slow])
}

function createVehicle(): Vehicle {
  return {
    values: new Map<string, Json>([
      ['soc', 78.5],
      ['limits', { min: 1, max: { hard: 9, soft: 8 } }],
    ]),
    faults: [
      {
        id: 'f1',
        code: 'P0A80',
        name: 'Imbalance',
        severity: 2,
        status: { aggregatedStatus: 'active' },
        correlatedSignals: ['soc'],
      },
      { id: 'f2', code: 'P0B00', name: 'Old', severity: 4, status: { testFailed: '0', confirmedDTC: '1' } },
    ],
    parameters: { limit: 3 },
    mode: 'default',
    dtcSetting: 'on',
    execution: { status: 'running', progress: 40 },
    calls: [],
  }
}

function entitiesOf(vehicle: Vehicle): Entity[] {
  return [
    {
      kind: 'component',
      id: 'bms',
      name: 'Battery',
      category: 'powertrain',
      connectionState: 'connected',
      softwareVersion: '1.0',
      installationVariant: 'EU',
      facets: facetsOf(vehicle),
    },
    { kind: 'component', id: 'bare', name: 'Bare', connectionState: 'disconnected', facets: {} },
    {
      kind: 'group',
      id: 'powertrain',
      name: 'Powertrain',
      members: ['bms', 'gone'],
      connectionState: 'connected',
      facets: {},
    },
  ]
}

function facetsOf(vehicle: Vehicle): Facets {
  const known = (id: string) => {
    if (!vehicle.values.has(id)) throw new SovdError('not-found', `Data '${id}' not found`)
  }
  return {
    data: {
      async list() {
        return [
          { id: 'soc', name: 'State of charge', access: 'readOnly', dataType: 'float', unit: '%', did: 'F190' },
          { id: 'limits', name: 'Limits', access: 'readWrite', dataType: 'struct' },
        ]
      },
      async read(id) {
        known(id)
        return { id, value: vehicle.values.get(id) ?? null, attributes: { name: `the ${id}` } }
      },
      async write(id, value) {
        known(id)
        vehicle.values.set(id, value)
      },
    },
    faults: {
      list: async () => vehicle.faults,
      async clearAll() {
        vehicle.faults.length = 0
      },
      async clear(id) {
        const at = vehicle.faults.findIndex((fault) => fault.id === id)
        if (at < 0) throw new SovdError('not-found', `Fault '${id}' not found`)
        vehicle.faults.splice(at, 1)
      },
    },
    operations: {
      list: async () => [{ id: 'self-test', name: 'Self test' }],
      async start(operationId, parameters) {
        vehicle.calls.push(`start ${operationId} ${JSON.stringify(parameters)}`)
        return { id: 's1', state: vehicle.execution }
      },
      state: async () => vehicle.execution,
      async stop(_operationId, executionId) {
        vehicle.calls.push(`stop ${executionId}`)
      },
    },
    modes: {
      list: async () => [
        {
          id: 'session',
          value: vehicle.mode,
          values: [{ value: 'default', udsSession: 1 }, { value: 'extended' }],
        },
        { id: 'dtcsetting', value: vehicle.dtcSetting, values: [{ value: 'on' }, { value: 'off' }] },
      ],
      async set(group, value) {
        if (group === 'session') vehicle.mode = value
        else vehicle.dtcSetting = value
      },
    },
    configurations: {
      readAll: async () => vehicle.parameters as JsonObject,
      async write(name, value) {
        vehicle.parameters[name] = value
      },
    },
  }
}
