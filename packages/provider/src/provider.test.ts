import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Json } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { Agent, request } from 'undici'
import type { ProvidedEntity } from './provided.ts'
import { openProvider, type Provider } from './provider.ts'

interface Served {
  readonly provider: Provider
  readonly socket: string
  ask(method: string, path: string, body?: Json): Promise<{ readonly status: number; readonly json: unknown }>
}

async function serve(t: TestContext, entity: Partial<ProvidedEntity>): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'provider-'))
  const socket = join(folder, 'door.sock')
  const provider = await openProvider({ socket, entities: [{ kind: 'component', id: 'door', ...entity }] })
  const dispatcher = new Agent({ connect: { socketPath: socket } })
  t.after(async () => {
    await dispatcher.close()
    await provider.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    provider,
    socket,
    ask: async (method, path, body) => {
      const answer = await request(`http://localhost/sovd/v1/components/door${path}`, {
        dispatcher,
        method,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      const text = await answer.body.text()
      return { status: answer.statusCode, json: text === '' ? undefined : JSON.parse(text) }
    },
  }
}

test('offers values that can be read, and those that can be written', async (t) => {
  let position = 40
  const { ask } = await serve(t, {
    data: {
      position: {
        type: 'integer',
        unit: '%',
        min: 0,
        max: 100,
        read: () => position,
        write: (value) => {
          position = Number(value)
        },
      },
      voltage: { type: 'float', read: async () => 12.6 },
    },
  })
  assert.deepEqual(await ask('GET', '/data/voltage').then(({ json }) => (json as { value: Json }).value), 12.6)
  assert.equal((await ask('PUT', '/data/position', { value: 70 })).status, 204)
  assert.equal(position, 70)
  assert.equal((await ask('PUT', '/data/voltage', { value: 1 })).status, 403)
})

test('refuses values before the program sees them', async (t) => {
  const written: Json[] = []
  const write = (value: Json) => {
    written.push(value)
  }
  const { ask } = await serve(t, {
    data: {
      position: { type: 'integer', min: 0, max: 100, read: () => 0, write },
      side: { type: 'enum', values: ['left', 'right'], read: () => 'left', write },
    },
  })
  const refused = async (id: string, value: Json) => {
    const { status, json } = await ask('PUT', `/data/${id}`, { value })
    return [status, (json as { error: { message: string } }).error.message]
  }
  assert.deepEqual(await refused('position', 101), [400, "'position' takes a number not above 100, got 101"])
  assert.deepEqual(await refused('position', 1.5), [400, "'position' takes a value of type integer, got 1.5"])
  assert.deepEqual(await refused('side', 'up'), [400, `'side' takes one of left, right, got "up"`])
  assert.deepEqual(written, [])
})

test('a value that was written but cannot be read back is written', async (t) => {
  const written: Json[] = []
  const { ask } = await serve(t, {
    data: {
      lamp: {
        type: 'boolean',
        read: () => {
          throw new Error('there is no feedback')
        },
        write: (value) => {
          written.push(value)
        },
      },
    },
  })
  assert.equal((await ask('PUT', '/data/lamp', { value: true })).status, 204)
  assert.deepEqual(written, [true])
})

test('tells the client what the program threw', async (t) => {
  const { ask } = await serve(t, {
    data: {
      broken: {
        type: 'float',
        read: () => {
          throw new Error('the sensor is unplugged')
        },
      },
      busy: {
        type: 'float',
        read: () => {
          throw new SovdError('conflict', 'calibrating')
        },
      },
    },
  })
  const { status, json } = await ask('GET', '/data/broken')
  assert.deepEqual([status, (json as { error: { message: string } }).error.message], [500, 'the sensor is unplugged'])
  assert.equal((await ask('GET', '/data/busy')).status, 409)
})

test('runs an operation that tells its progress and can be cancelled', async (t) => {
  const cancelled = Promise.withResolvers<void>()
  const { ask } = await serve(t, {
    operations: {
      close: {
        name: 'Close the window',
        run: ({ parameters, signal, progress }) => {
          progress(30)
          if (parameters !== undefined) return { closed: parameters }
          signal.addEventListener('abort', () => cancelled.resolve())
          return new Promise(() => {})
        },
      },
    },
  })
  const start = await ask('POST', '/operations/close', {})
  assert.equal(start.status, 202)
  const { executionId } = start.json as { executionId: string }
  assert.equal((await ask('DELETE', `/operations/close/executions/${executionId}`)).status, 204)
  await cancelled.promise
  const { json } = await ask('GET', `/operations/close/executions/${executionId}`)
  assert.equal((json as { status: string }).status, 'cancelled')
})

test('has a fault memory whose faults the program sets, heals and lets go', async (t) => {
  const cleared: string[] = []
  const { ask, provider } = await serve(t, {
    onClearFault: (code) => {
      if (code === 'B1002') throw new SovdError('conflict', 'still there')
      cleared.push(code)
    },
  })
  const door = provider.entity('door')
  door.setFault({ code: 'B1001', name: 'Window blocked', severity: 2 })
  door.setFault({ code: 'B1002', name: 'Motor hot', severity: 3 })
  door.healFault('B1001')
  const { json } = await ask('GET', '/faults')
  const faults = (json as { value: { id: string; status: string }[] }).value
  assert.deepEqual(
    faults.map(({ id, status }) => [id, status]),
    [
      ['B1001', 'passive'],
      ['B1002', 'active'],
    ],
  )
  assert.equal((await ask('DELETE', '/faults/B1001')).status, 204)
  assert.equal((await ask('DELETE', '/faults/B1002')).status, 409)
  assert.deepEqual(cleared, ['B1001'])
})

test('takes its socket away when it closes, and lets only user and group connect', async (t) => {
  const { provider, socket } = await serve(t, {})
  assert.equal(statSync(socket).mode & 0o777, 0o660)
  await provider.close()
  await provider.close()
  assert.equal(existsSync(socket), false)
})

test('refuses ids that cannot be part of a path', async (t) => {
  await assert.rejects(serve(t, { id: 'a/b' }), { code: 'invalid-option' })
  await assert.rejects(serve(t, { data: { 'a b': { type: 'float', read: () => 1 } } }), { code: 'invalid-option' })
})
