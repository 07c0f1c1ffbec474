import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { UpdatePackage, UpdatePhase, UpdateProvider, UpdateReport, UpdateStatus } from './update.ts'
import { Updates } from './updates.ts'

interface Run {
  readonly id: string
  readonly phase: UpdatePhase
  readonly report: UpdateReport
  readonly end: PromiseWithResolvers<void>
}

function update(id: string, more: Partial<UpdatePackage> = {}): UpdatePackage {
  return {
    id,
    name: id,
    version: '2',
    sizeBytes: 1,
    automated: false,
    origin: 'remote',
    updatedComponents: ['engine', 'gearbox'],
    affectedComponents: [],
    ...more,
  }
}

function open(...packages: readonly UpdatePackage[]) {
  const runs: Run[] = []
  const kept = new Map<string, UpdateStatus>()
  const provider: UpdateProvider = {
    list: async () => packages,
    run: (id, phase, report, _tools, signal) => {
      const end = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => end.reject(signal.reason))
      runs.push({ id, phase, report, end })
      return end.promise
    },
    remove: async () => {},
    statusOf: async (id) => kept.get(id),
    keepStatus: async (id, status) => {
      kept.set(id, status)
    },
  }
  const tools = { runOperation: async () => {}, readFile: () => assert.fail() }
  const updates = new Updates({ clock: new FakeClock(), log: silentLogger, tools, provider })
  const run = (index: number): Run => {
    const found = runs[index]
    assert.ok(found)
    return found
  }
  const finish = async (index: number) => {
    run(index).end.resolve()
    await settle()
  }
  return { updates, runs, run, finish, kept }
}

async function start(updates: Updates, id: string, phase: UpdatePhase): Promise<void> {
  await updates.start(id, phase)
  await settle()
}

test('an update waits, is prepared, and is executed', async () => {
  const { updates, finish, run } = open(update('u'))
  assert.deepEqual(await updates.status('u'), { phase: 'prepare', state: 'pending', parts: [] })
  await start(updates, 'u', 'prepare')
  run(0).report.part('engine', 'completed', 100)
  run(0).report.part('gearbox', 'inProgress', 50)
  const { progress, parts } = await updates.status('u')
  assert.equal(progress, 75)
  assert.deepEqual(parts, [
    { componentId: 'engine', state: 'completed', progress: 100 },
    { componentId: 'gearbox', state: 'inProgress', progress: 50 },
  ])
  await finish(0)
  assert.equal((await updates.status('u')).state, 'completed')
  await start(updates, 'u', 'execute')
  await finish(1)
  const { phase, state } = await updates.status('u')
  assert.deepEqual([phase, state], ['execute', 'completed'])
})

test('what is not prepared is not executed, and what was not executed is not rolled back', async () => {
  const { updates, finish } = open(update('u'))
  await assert.rejects(updates.start('u', 'execute'), { code: 'conflict', message: "'u' is not prepared" })
  await start(updates, 'u', 'prepare')
  await finish(0)
  await assert.rejects(updates.start('u', 'rollback'), { code: 'conflict', message: "'u' was not executed" })
})

test('one process goes on at a time for a package, and for a component', async () => {
  const { updates, finish } = open(
    update('u'),
    update('v', { updatedComponents: ['gearbox'] }),
    update('w', { updatedComponents: ['door'] }),
  )
  const code = (name: string) => (error: unknown) => {
    assert.equal(Object(error).details[0].code, name)
    return true
  }
  await start(updates, 'u', 'prepare')
  await assert.rejects(updates.start('u', 'prepare'), code('update-preparation-in-progress'))
  await assert.rejects(updates.start('v', 'prepare'), code('update-process-in-progress'))
  await assert.rejects(updates.remove('u'), code('update-preparation-in-progress'))
  await start(updates, 'w', 'prepare')
  await finish(0)
  await start(updates, 'u', 'execute')
  await assert.rejects(updates.start('u', 'prepare'), code('update-execution-in-progress'))
})

test('of two starts at once, one is refused', async () => {
  const { updates, runs } = open(update('u'))
  const both = await Promise.allSettled([updates.start('u', 'prepare'), updates.start('u', 'prepare')])
  await settle()
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal(runs.length, 1)
})

test('a package goes by itself if it can', async () => {
  const { updates, runs, finish } = open(update('u', { automated: true }), update('v', { updatedComponents: ['door'] }))
  await assert.rejects(updates.startAutomated('v'), { message: "'v' does not go by itself" })
  await updates.startAutomated('u')
  await settle()
  await finish(0)
  assert.deepEqual(
    runs.map(({ phase }) => phase),
    ['prepare', 'execute'],
  )
  await finish(1)
  assert.equal((await updates.status('u')).state, 'completed')
})

test('what fails says why, with the component that it was about, and can be tried again', async () => {
  const { updates, run, finish, kept } = open(update('u', { automated: true }))
  await updates.startAutomated('u')
  await settle()
  run(0).report.part('engine', 'inProgress', 30)
  run(0).end.reject(new Error('the file is not what it should be'))
  await settle()
  const failed = await updates.status('u')
  assert.deepEqual(
    [failed.phase, failed.state, failed.error],
    ['prepare', 'failed', 'the file is not what it should be'],
  )
  assert.equal(failed.parts[0]?.error, 'the file is not what it should be')
  assert.deepEqual(kept.get('u'), failed)
  await start(updates, 'u', 'prepare')
  await finish(1)
  assert.equal((await updates.status('u')).state, 'completed')
})

test('what is under way when the gateway stops has failed', async () => {
  const { updates, kept } = open(update('u'))
  await start(updates, 'u', 'prepare')
  await updates[Symbol.asyncDispose]()
  assert.deepEqual([kept.get('u')?.state, kept.get('u')?.error], ['failed', 'the gateway was stopped'])
})

test('without a provider there are no updates', async () => {
  const tools = { runOperation: async () => {}, readFile: () => assert.fail() }
  const updates = new Updates({ clock: new FakeClock(), log: silentLogger, tools })
  assert.deepEqual(await updates.list(), [])
  await assert.rejects(updates.get('u'), { code: 'not-found' })
  await assert.rejects(updates.register({}), { code: 'not-implemented' })
})
