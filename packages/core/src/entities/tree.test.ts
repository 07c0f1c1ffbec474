import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Logger, silentLogger } from '@opensovd/base'
import { MemoryBackend } from '../memory/memory-backend.ts'
import type { Backend } from '../ports/backend.ts'
import type { Entity, EntityKind } from './entity.ts'
import { EntityTree } from './tree.ts'

function entity(kind: EntityKind, id: string, more: Partial<Entity> = {}): Entity {
  return { kind, id, name: id, connectionState: 'connected', facets: {}, ...more }
}

function collectWarnings(): { log: Logger; warnings: unknown[] } {
  const warnings: unknown[] = []
  const log: Logger = { ...silentLogger, warn: (_message, fields) => warnings.push(fields) }
  return { log, warnings }
}

test('lists the entities of all backends in the order of the configuration', () => {
  const tree = new EntityTree(
    [
      new MemoryBackend('a', [entity('component', 'x'), entity('group', 'g')]),
      new MemoryBackend('b', [entity('component', 'y')]),
    ],
    silentLogger,
  )
  assert.deepEqual(
    tree.list('component').map(({ id }) => id),
    ['x', 'y'],
  )
  assert.deepEqual(tree.list('app'), [])
})

test('serves the first of two components with one id and reports the second once', () => {
  const { log, warnings } = collectWarnings()
  const second = new MemoryBackend('b', [entity('component', 'x', { name: 'second' })])
  const tree = new EntityTree([new MemoryBackend('a', [entity('component', 'x', { name: 'first' })]), second], log)
  assert.equal(tree.get('component', 'x').name, 'first')
  second.replace([entity('component', 'x', { name: 'third' })])
  assert.equal(tree.get('component', 'x').name, 'first')
  assert.deepEqual(warnings, [{ kind: 'component', id: 'x', backend: 'b' }])
})

test('an app may have the id of a component', () => {
  const tree = new EntityTree(
    [new MemoryBackend('a', [entity('component', 'x'), entity('app', 'x', { name: 'the app' })])],
    silentLogger,
  )
  assert.equal(tree.get('app', 'x').name, 'the app')
})

test('groups with one id are one group with the members of all', () => {
  const tree = new EntityTree(
    [
      new MemoryBackend('a', [entity('group', 'body', { members: ['x', 'y'] })]),
      new MemoryBackend('b', [entity('group', 'body', { members: ['y', 'z'] })]),
    ],
    silentLogger,
  )
  assert.deepEqual(tree.get('group', 'body').members, ['x', 'y', 'z'])
})

test('shows what a backend yields later and forgets what is gone', () => {
  const backend = new MemoryBackend('a', [entity('component', 'x')])
  const tree = new EntityTree([backend], silentLogger)
  assert.ok(tree.find('component', 'x'))
  backend.replace([entity('component', 'y')])
  assert.equal(tree.find('component', 'x'), undefined)
  assert.ok(tree.find('component', 'y'))
})

test('names the kind and the id of what it does not know', () => {
  const tree = new EntityTree([], silentLogger)
  assert.throws(() => tree.get('function', 'f'), { code: 'not-found', message: "Function 'f' not found" })
})

test('names the backends that lists are incomplete without', () => {
  const down: Backend = {
    ...new MemoryBackend('down'),
    name: 'down',
    snapshot: { status: { phase: 'down', code: 'bad-gateway', message: 'connection refused' }, entities: [] },
    onChange: () => () => {},
    run: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
  const untried: Backend = { ...down, name: 'untried', snapshot: { status: { phase: 'untried' }, entities: [] } }
  const tree = new EntityTree([new MemoryBackend('up'), down, untried], silentLogger)
  assert.deepEqual(
    tree.failures().map(({ backend, code }) => [backend, code]),
    [
      ['down', 'bad-gateway'],
      ['untried', 'unavailable'],
    ],
  )
})
