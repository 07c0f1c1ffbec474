import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type ExecutionState, MemoryBackend, type OperationFacet } from '@opensovd/core'
import type { Fixture, Reply } from '../testing/fixture.ts'
import { BASE, openCheckedFixture } from './testing/checked-fixture.ts'

const operations = '/components/bms/operations'
const selfTest = {
  id: 'self-test',
  name: 'Battery Self Test',
  proximity_proof_required: false,
  asynchronous_execution: true,
}

describe('operations [17978-3 7.14]', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openCheckedFixture()
  })
  after(() => fixture[Symbol.asyncDispose]())

  test('are listed and described', async () => {
    for (const query of ['', '?include-schema=true&include-proximity-proof=true']) {
      const { items } = (await fixture.get(operations + query)).json
      assert.deepEqual(items[0], selfTest)
      assert.equal(items[1].id, 'cell-balance')
    }
    assert.deepEqual((await fixture.get(`${operations}?tags=x`)).json.items, [])
    assert.deepEqual((await fixture.get(`${operations}/self-test`)).json, { item: selfTest })
    assert.equal((await fixture.get(`${operations}/self-test?include-schema=true`)).status, 200)
  })

  test('that do not exist are not found', async () => {
    for (const path of ['none', 'none/executions', 'none/executions/x', 'self-test/executions/x']) {
      assert.equal((await fixture.get(`${operations}/${path}`)).json.vendor_code, 'resource-not-found', path)
    }
    assert.equal((await fixture.send('POST', `${operations}/none/executions`, {})).status, 404)
    assert.equal(
      (await fixture.send('PUT', `${operations}/self-test/executions/x`, { capability: 'stop' })).status,
      404,
    )
    assert.equal((await fixture.send('DELETE', `${operations}/self-test/executions/x`)).status, 404)
  })
})

describe('executions [17978-3 7.14]', () => {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await openCheckedFixture()
  })
  afterEach(() => fixture[Symbol.asyncDispose]())

  const start = async (operation: string, body?: unknown) => {
    const reply = await fixture.send('POST', `${operations}/${operation}/executions`, body)
    assert.equal(reply.status, 202)
    const location = reply.headers.get('location') ?? ''
    assert.equal(location, `${BASE}${operations}/${operation}/executions/${reply.json.id}`)
    assert.equal(reply.headers.get('x-sovd-retention-timeout'), '3600')
    return { id: reply.json.id, path: location.slice(BASE.length), status: reply.json.status }
  }
  const settled = async (path: string): Promise<Reply> => {
    for (let attempt = 0; attempt < 500; attempt++) {
      const reply = await fixture.get(path)
      if (reply.json.status !== 'running') return reply
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    throw new Error('it runs and runs')
  }

  test('run after the answer, are found at their Location, and end with their result', async () => {
    const { id, path, status } = await start('self-test', { parameters: { depth: 'full' } })
    assert.equal(status, 'running')
    const { json } = await settled(`${path}?include-schema=true`)
    assert.equal(json.capability, 'execute')
    assert.equal(json.status, 'completed')
    assert.deepEqual(json.parameters, { depth: 'full' })
    assert.deepEqual((await fixture.get(`${operations}/self-test/executions`)).json, { items: [id] })
    assert.equal((await fixture.get(path.replace('components', 'apps'))).status, 404)
  })

  test('start without a body, and with a proof of proximity that is not needed', async () => {
    const first = await start('self-test')
    const second = await start('self-test', { proximity_response: 'x' })
    const { items } = (await fixture.get(`${operations}/self-test/executions`)).json
    assert.deepEqual(items, [second.id, first.id])
    assert.deepEqual((await fixture.get(`${operations}/cell-balance/executions`)).json.items, [])
    assert.deepEqual((await settled(first.path)).json, { capability: 'execute', status: 'completed' })
  })

  test('are stopped by a capability, and stay to be read', async () => {
    const { id, path } = await start('cell-balance')
    const running = (await fixture.get(path)).json
    assert.deepEqual(running, { capability: 'execute', status: 'running' })
    const stopped = await fixture.send('PUT', path, { capability: 'stop' })
    assert.equal(stopped.status, 202)
    assert.deepEqual(stopped.json, { id, status: 'stopped' })
    assert.equal(stopped.headers.get('location'), BASE + path)
    assert.deepEqual((await fixture.get(path)).json, { capability: 'stop', status: 'stopped' })
    const again = await fixture.send('PUT', path, { capability: 'stop' })
    assert.equal(again.status, 409)
    assert.equal(again.json.error_code, 'precondition-not-fulfilled')
  })

  test('are asked for nothing else than to stop', async () => {
    const { path } = await start('cell-balance')
    assert.equal((await fixture.send('PUT', path, { capability: 'execute' })).status, 409)
    for (const capability of ['freeze', 'reset', 'status', 'x-acme-pause']) {
      const reply = await fixture.send('PUT', path, { capability })
      assert.equal(reply.status, 501, capability)
      assert.equal(reply.json.vendor_code, 'not-implemented')
    }
    for (const body of [{}, { capability: 'pause' }, { capability: 5 }, [], 'x', '']) {
      const reply = await fixture.send('PUT', path, body)
      assert.equal(reply.status, 400, JSON.stringify(body))
      assert.equal(reply.json.error_code, 'incomplete-request')
    }
    assert.equal((await fixture.get(path)).json.status, 'running')
  })

  test('are stopped and removed', async () => {
    const { path } = await start('cell-balance')
    const { id } = await start('cell-balance')
    assert.equal((await fixture.send('DELETE', path)).status, 204)
    assert.equal((await fixture.get(path)).json.vendor_code, 'resource-not-found')
    assert.equal((await fixture.send('DELETE', path)).status, 404)
    assert.equal((await fixture.send('PUT', path, { capability: 'stop' })).status, 404)
    assert.deepEqual((await fixture.get(`${operations}/cell-balance/executions`)).json.items, [id])
  })

  test('are removed when they are over, also with a body', async () => {
    const { path } = await start('self-test')
    await settled(path)
    assert.equal((await fixture.send('DELETE', path, { proximity_response: 'x' })).status, 204)
    assert.deepEqual((await fixture.get(`${operations}/self-test/executions`)).json.items, [])
  })

  test('are stopped and have failed when they take longer than they may', async () => {
    const { path } = await start('cell-balance', { timeout: 0.02 })
    const { json } = await settled(path)
    assert.equal(json.status, 'failed')
    assert.match(json.error[0].error.message, /not over after 0.02 s and was stopped/)
  })

  test('refuse bodies of the wrong shape', async () => {
    const path = `${operations}/self-test/executions`
    for (const body of [{ timeout: 'soon' }, { timeout: 0 }, { proximity_response: 1 }, [], 'null', '{']) {
      const reply = await fixture.send('POST', path, body)
      assert.equal(reply.status, 400, JSON.stringify(body))
      assert.equal(reply.json.error_code, 'incomplete-request')
    }
    assert.deepEqual((await fixture.get(path)).json.items, [])
  })
})

describe('an operation', () => {
  const open = (facet: Partial<OperationFacet>) => {
    const running: ExecutionState = { status: 'running' }
    const facets = {
      operations: {
        list: async () => [{ id: 'go', name: 'Go' }],
        start: async () => ({ id: 's1', state: running }),
        state: async () => running,
        ...facet,
      },
    }
    const entity = { kind: 'component', id: 'odd', name: 'Odd', connectionState: 'connected', facets } as const
    return openCheckedFixture({ backends: [new MemoryBackend('odd', [entity])] })
  }
  const path = '/components/odd/operations/go/executions'

  test('that fails shows its error and what it had by then', async () => {
    const state: ExecutionState = { status: 'failed', error: 'cell 7', result: { cells: 6 } }
    await using fixture = await open({ start: async () => ({ state }) })
    const { json } = await fixture.send('POST', path)
    assert.equal(json.status, 'failed')
    assert.deepEqual((await fixture.get(`${path}/${json.id}`)).json, {
      capability: 'execute',
      status: 'failed',
      parameters: { cells: 6 },
      error: [
        { path: '', error: { error_code: 'vendor-specific', vendor_code: 'operation-failed', message: 'cell 7' } },
      ],
    })
  })

  test('is asked for what it is capable of', async () => {
    const asked: unknown[] = []
    await using fixture = await open({
      list: async () => [{ id: 'go', name: 'Go', capabilities: ['freeze', 'reset'], tags: ['io'] }],
      control: async (_operationId, _executionId, request) => {
        asked.push(request)
        return { status: 'running' }
      },
    })
    const execution = `${path}/${(await fixture.send('POST', path)).json.id}`
    const frozen = await fixture.send('PUT', execution, { capability: 'freeze', parameters: { light: 'low' } })
    assert.equal(frozen.status, 202)
    assert.equal(frozen.headers.get('location'), BASE + execution)
    assert.deepEqual((await fixture.get(execution)).json, { capability: 'freeze', status: 'running' })
    assert.equal((await fixture.send('PUT', execution, { capability: 'x-acme' })).status, 501)
    assert.equal((await fixture.send('PUT', execution, { capability: 'execute' })).status, 409)
    assert.deepEqual(asked, [{ capability: 'freeze', parameters: { light: 'low' } }])
    assert.deepEqual((await fixture.get('/components/odd/operations?tags=io')).json.items[0].tags, ['io'])
  })

  test('that needs a proof of proximity is not started without one', async () => {
    await using fixture = await open({ list: async () => [{ id: 'go', name: 'Go', proximityProofRequired: true }] })
    assert.equal((await fixture.get('/components/odd/operations/go')).json.item.proximity_proof_required, true)
    const reply = await fixture.send('POST', path, { proximity_response: 'x' })
    assert.equal(reply.status, 403)
    assert.equal(reply.json.error_code, 'insufficient-access-rights')
    assert.deepEqual((await fixture.get(path)).json.items, [])
  })

  test('that cannot be stopped is neither stopped nor removed, nor started with a timeout', async () => {
    await using fixture = await open({})
    assert.equal((await fixture.send('POST', path, { timeout: 5 })).status, 501)
    const { json } = await fixture.send('POST', path)
    const execution = `${path}/${json.id}`
    assert.equal((await fixture.send('PUT', execution, { capability: 'stop' })).status, 501)
    assert.equal((await fixture.send('DELETE', execution)).status, 501)
    assert.equal((await fixture.get(execution)).json.status, 'running')
  })

  test('that is over before it is stopped is removed all the same', async () => {
    let state: ExecutionState = { status: 'running' }
    const gate = Promise.withResolvers<void>()
    await using fixture = await open({
      state: async () => state,
      stop: async () => {
        state = { status: 'completed' }
        await gate.promise
      },
    })
    const execution = `${path}/${(await fixture.send('POST', path)).json.id}`
    const removing = fixture.send('DELETE', execution)
    while ((await fixture.get(execution)).json.status === 'running')
      await new Promise((resolve) => setImmediate(resolve))
    gate.resolve()
    assert.equal((await removing).status, 204)
    assert.equal((await fixture.get(execution)).status, 404)
  })
})

test('an execution is the same through both contracts', async () => {
  await using fixture = await openCheckedFixture()
  const { json } = await fixture.send('POST', `${operations}/cell-balance/executions`)
  const native = `${fixture.url}/sovd/v1${operations}/cell-balance/executions/${json.id}`
  assert.match(await (await fetch(native)).text(), /"status":"running"/)
  assert.equal((await fetch(native, { method: 'DELETE' })).status, 204)
  assert.equal((await fixture.get(`${operations}/cell-balance/executions/${json.id}`)).json.status, 'stopped')
  assert.equal((await fixture.send('DELETE', `${operations}/cell-balance/executions/${json.id}`)).status, 204)
  assert.match(await (await fetch(native)).text(), /"status":"cancelled"/)
})
