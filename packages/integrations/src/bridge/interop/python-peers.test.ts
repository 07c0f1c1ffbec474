import assert from 'node:assert/strict'
import http from 'node:http'
import { test } from 'node:test'
import { type LogFields, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { missingModules, runPython, startPython } from '@opensovd/base/testing'
import { Bridge, FeatureFlags } from '@opensovd/core'
import { openRelay, openVehicleClient, tokenDigest } from '../index.ts'

const skip = missingModules('websockets')
const TOKEN = 'the-token-of-the-car'
const limits = { heartbeatMs: 30_000, maxFrameBytes: 65_536, maxInFlight: 4 }

async function until<T>(look: () => T | undefined): Promise<T> {
  for (let turn = 0; turn < 10_000; turn++) {
    const found = look()
    if (found !== undefined) return found
    await systemClock.sleep(1)
  }
  throw new Error('it does not come')
}

test('a vehicle by websockets gets on with the relay', { skip }, async () => {
  const features = new FeatureFlags(silentLogger)
  const base = { clock: systemClock, log: silentLogger, features }
  let next = 0
  using bridge = new Bridge({ ...base, createId: () => `id${++next}`, mode: 'cloud-relay' })
  const { sessions } = bridge
  const vehicles = [{ vehicleId: 'car', tokenSha256: tokenDigest(TOKEN) }]
  await using relay = await openRelay({ ...base, ...limits, host: '127.0.0.1', port: 0, vehicles, sessions })
  const url = `ws://127.0.0.1:${relay.port}/any/path`
  const told = runPython(new URL('websockets_vehicle.py', import.meta.url), url, TOKEN, 'car')
  const { id } = await until(() => sessions.list()[0])
  const context = { signal: AbortSignal.timeout(10_000), caller: { subject: 'ann' } }

  await sessions.heartbeat(id, context)
  const write = { method: 'PUT', path: '/sovd/v1/components/bms/data/x', body: { value: 'ü' } }
  assert.deepEqual((await sessions.forward(id, write, context)).body, { echo: write.path })
  assert.equal((await sessions.forward(id, { method: 'GET', path: '/stop' }, context)).status, 200)
  const headers = { 'x-sovd-client-id': 'ann' }
  assert.deepEqual(await told, {
    asked: [
      { ...write, headers },
      { method: 'GET', path: '/stop', headers },
    ],
    pong: true,
    extensions: [],
  })
  await until(() => (sessions.list().length === 0 ? true : undefined))
})

test('a relay by websockets gets on with the vehicle', { skip }, async () => {
  await using relay = await startPython(new URL('websockets_relay.py', import.meta.url))
  const { port }: { port?: unknown } = Object(relay.first)
  const reports: unknown[] = []
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    if (request.method === 'POST') reports.push(JSON.parse(body))
    const isKnown = request.url === '/sovd/v1/components'
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' })
    response.end(isKnown ? '{"value":[]}' : '{"error":{}}')
  })
  const whys: unknown[] = []
  await using _client = openVehicleClient({
    ...limits,
    url: `ws://127.0.0.1:${port}`,
    hello: { vehicleId: 'car', tenantId: 'fleet' },
    token: TOKEN,
    server: { accept: (connection) => void server.emit('connection', connection), bases: ['/sovd/v1'] },
    bridge: { isConnected: false },
    features: new FeatureFlags(silentLogger),
    clock: systemClock,
    log: { ...silentLogger, warn: (_: string, fields?: LogFields) => void whys.push(fields?.why) },
    backoffMs: 60_000,
    maxAttempts: 0,
  })
  const forbidden = 'the bridge of a vehicle is not served through the bridge'
  assert.deepEqual(await until(() => reports[0]), {
    hello: { vehicle_id: 'car', tenant_id: 'fleet' },
    authorization: `Bearer ${TOKEN}`,
    pong: true,
    answers: [
      { request_id: '0', status: 200, body: { value: [] } },
      { request_id: '1', status: 404, body: { error: {} } },
      { request_id: '2', status: 403, body: { error: { code: 'SOVD-ERR-403', message: forbidden } } },
    ],
  })
  assert.equal(await until(() => whys[0]), 'closed with 4321 enough')
})
