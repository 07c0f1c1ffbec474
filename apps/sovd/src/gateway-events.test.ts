import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import http from 'node:http'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type DataFacet, type FaultFacet, MemoryBackend, openDiagnostics } from '@opensovd/core'
import { openSovdServer } from '@opensovd/server'
import { openGateway } from './gateway.ts'
import { configuredWell } from './testing/config.ts'

const PATIENT = { dataPollMs: 3_600_000, faultPollMs: 3_600_000 }

/** A server whose component tells its changes, and how often it was read. */
async function openZone() {
  let tell: (value: { id: string; value: number }) => void = () => {}
  const state = { reads: 0, value: 1 }
  const data: DataFacet = {
    list: async () => [{ id: 'soc', name: 'State of charge', access: 'readOnly', dataType: 'integer' }],
    read: async (id) => {
      state.reads++
      return { id, value: state.value }
    },
    watch: (_ids, listener, { signal }) => {
      tell = listener
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    },
  }
  const faults: FaultFacet = { list: async () => [] }
  const entity = {
    kind: 'component',
    id: 'bms',
    name: 'B',
    connectionState: 'connected',
    facets: { data, faults },
  } as const
  const common = { clock: systemClock, log: silentLogger }
  const diagnostics = openDiagnostics({
    ...common,
    createId: randomUUID,
    backends: [new MemoryBackend('zone', [entity])],
    events: PATIENT,
  })
  const server = await openSovdServer({
    ...common,
    diagnostics,
    host: '127.0.0.1',
    port: 0,
    serverName: 'zone',
    serverVersion: '1',
    description: 'zone',
  })
  const set = (value: number) => {
    state.value = value
    tell({ id: 'soc', value })
  }
  const close = async () => {
    await server.close()
    await diagnostics[Symbol.asyncDispose]()
  }
  return { url: server.url, diagnostics, state, set, [Symbol.asyncDispose]: close }
}

/** The data of the events of one name, as they come. */
async function* eventsOf(url: string, name: string, signal: AbortSignal) {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get(url, { signal }, resolve).on('error', reject)
  })
  assert.equal(response.statusCode, 200)
  let rest = ''
  for await (const chunk of response.setEncoding('utf8')) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, data] = block.includes(`event: ${name}\n`) ? block.split('data: ') : []
      if (data !== undefined) yield JSON.parse(data)
    }
  }
}

test('changes come through two gateways as they happen, and nobody polls', async () => {
  await using zone = await openZone()
  const text = `[server]\nport = 0\n[events]\ndata_poll_secs = 3600\nfault_poll_secs = 3600\n[[backends]]\nbase_url = "${zone.url}"`
  await using gateway = await openGateway(configuredWell(text).config, { clock: systemClock, log: silentLogger })
  while (gateway.backends[0]?.snapshot.status.phase !== 'up') await systemClock.sleep(5)
  const stop = new AbortController()
  const url = `${gateway.url}/components/bms`
  const values = eventsOf(`${url}/data/subscribe?ids=soc`, 'data-change', stop.signal)
  const faults = eventsOf(`${url}/faults/subscribe`, 'faultChange', stop.signal)
  assert.equal((await values.next()).value.value, 1)
  const change = faults.next()
  while (zone.diagnostics.events.readers.count < 2) await systemClock.sleep(5)
  await systemClock.sleep(50)
  const { reads } = zone.state
  zone.set(2)
  assert.equal((await values.next()).value.value, 2)
  zone.set(3)
  assert.equal((await values.next()).value.value, 3)
  assert.equal(zone.state.reads, reads)
  zone.diagnostics.faults.report({
    componentId: 'bms',
    faultId: 'f1',
    source: 'app',
    severity: 'Error',
    stage: 'Failed',
    description: '',
  })
  assert.deepEqual((await change).value.added, ['f1'])
  stop.abort()
  while (zone.diagnostics.events.readers.count > 0) await systemClock.sleep(5)
  assert.equal(zone.diagnostics.events.watched, 0)
})
