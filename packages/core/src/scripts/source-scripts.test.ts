import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import type { Caller } from '../caller.ts'
import type { Entity } from '../entities/entity.ts'
import type { ScriptFacet, ScriptRequest } from '../facets/scripts.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { openDiagnostics } from '../open-diagnostics.ts'
import type { ScriptsOptions } from './scripts.ts'

const BMS = { kind: 'component', id: 'bms' } as const
const signal = new AbortController().signal

/** A source with scripts of its own: one that it starts for anybody, and one that it wants a proof for. */
class Source implements ScriptFacet {
  readonly started: [string, ScriptRequest][] = []
  readonly kept = new Map([
    ['open', { id: 'open', proximityProofRequired: false }],
    ['near', { id: 'near', proximityProofRequired: true }],
  ])

  async list() {
    return [...this.kept.values()]
  }

  async find(id: string) {
    const proximityProofRequired = this.kept.get(id)?.proximityProofRequired ?? false
    const challenge = { text: 'of the source', validUntil: '2026-01-01T00:00:00Z' }
    return { id, proximityProofRequired, ...(proximityProofRequired ? { challenge } : {}) }
  }

  async add() {
    return { id: 'new' }
  }

  async remove(id: string) {
    this.kept.delete(id)
  }

  async executions(id: string) {
    return this.started.flatMap(([scriptId], index) => (scriptId === id ? [`e${index}`] : []))
  }

  async start(id: string, request: ScriptRequest) {
    this.started.push([id, request])
    return { id: `e${this.started.length}`, status: 'running' as const }
  }

  async execution() {
    return { state: { status: 'running' } as const }
  }

  async end() {}
  async removeExecution() {
    this.started.pop()
  }
}

const OWN: ScriptsOptions = {
  store: {
    list: () => [{ id: 'own', entity: BMS }],
    add: () => Promise.reject(new Error('nobody is to')),
    remove: () => Promise.reject(new Error('nobody is to')),
    registered: [],
    register: async () => {},
    unregister: async () => {},
  },
  runner: { check: async () => {}, run: async () => undefined },
}

function open(t: TestContext, options: Partial<ScriptsOptions> = {}) {
  const source = new Source()
  const bms: Entity = { ...BMS, name: 'BMS', connectionState: 'connected', facets: { scripts: source } }
  let ids = 0
  const diagnostics = openDiagnostics({
    clock: new FakeClock(),
    log: silentLogger,
    createId: () => `x${++ids}`,
    backends: [new MemoryBackend('memory', [bms])],
    scripts: { ...OWN, ...options },
    proximity: { verify: (challenge, response) => response === `signed ${challenge}` },
  })
  t.after(() => diagnostics[Symbol.asyncDispose]())
  const start = (id: string, caller: Caller = {}, proximityResponse?: string) => {
    const request = { type: 'now', ...(proximityResponse === undefined ? {} : { proximityResponse }) } as const
    return diagnostics.scripts.at(bms).start(id, request, { signal, caller })
  }
  return { source, bms, diagnostics, scripts: diagnostics.scripts.at(bms), start }
}

test('scripts of a source take the place of ours', async (t) => {
  const { scripts, source, start } = open(t)
  assert.deepEqual(await scripts.list({ signal }), [...source.kept.values()])
  assert.equal((await start('open')).id, 'e1')
  assert.equal(scripts.retainMs, undefined)
})

test('who may do less than a script starts none at its source', async (t) => {
  const { source, start } = open(t)
  const most = (permission: string) => permission !== 'faults:clear'
  await assert.rejects(start('open', { subject: 'ann', permits: most }), { code: 'forbidden', message: /faults:clear/ })
  assert.deepEqual(source.started, [])
  await start('open', { subject: 'ann', permits: () => true })
  assert.equal(source.started.length, 1)
})

test('a lock on anything that a script can change is in the way of one at a source', async (t) => {
  const { source, start, diagnostics } = open(t)
  diagnostics.locks.acquire(BMS, { subject: 'ann' }, { scopes: ['modes'] })
  await assert.rejects(start('open', { subject: 'bob' }), { code: 'conflict' })
  assert.deepEqual(source.started, [])
  await start('open', { subject: 'ann' })
  assert.equal(source.started.length, 1)
})

test('a proof that we want is wanted where the source wants none, and not handed on', async (t) => {
  const { source, start, scripts } = open(t, { proximityProofRequired: true })
  assert.deepEqual(
    (await scripts.list({ signal })).map(({ proximityProofRequired }) => proximityProofRequired),
    [true, true],
  )
  const { challenge } = await scripts.find('open', { signal })
  await assert.rejects(start('open', {}, 'nonsense'), { code: 'forbidden' })
  const again = (await scripts.find('open', { signal })).challenge
  assert.notEqual(challenge?.text, undefined)
  await start('open', {}, `signed ${again?.text}`)
  assert.deepEqual(source.started, [['open', { type: 'now' }]])
})

test('a proof that the source wants is up to the source', async (t) => {
  const { source, start, scripts } = open(t, { proximityProofRequired: true })
  assert.equal((await scripts.find('near', { signal })).challenge?.text, 'of the source')
  await start('near', {}, 'signed by somebody')
  assert.deepEqual(source.started, [['near', { type: 'now', proximityResponse: 'signed by somebody' }]])
})

test('clearing what clients defined clears the scripts of the source', async (t) => {
  const { source, start, diagnostics, bms } = open(t)
  await start('open')
  await diagnostics.scripts.clear(bms, { signal })
  assert.deepEqual([source.kept.size, source.started.length], [0, 0])
})
