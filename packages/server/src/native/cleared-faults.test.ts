import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { type Entity, MemoryBackend } from '@opensovd/core'
import { memoryFacets } from '@opensovd/core/testing'
import { NATIVE_API } from '@opensovd/sovd'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { SAMPLE } from '../iso/testing/vehicle.ts'
import { openFixture } from '../testing/fixture.ts'

const [ExportedFault] = NATIVE_API.exportFaults.reply.item.anyOf
/** Nothing is exported that the contract does not name. */
const itemSchema = { ...ExportedFault, additionalProperties: false }
const ajv = new Ajv2020({ strict: false, validateFormats: false })
const client = { 'x-sovd-client-id': 'ann' }

const PATHS = {
  component: { native: '/sovd/v1/components/bms', iso: '/vehicle/v1/components/bms' },
  app: { native: '/sovd/v1/apps/bms', iso: '/vehicle/v1/apps/bms' },
  function: { native: '/sovd/v1/funcs/bms', iso: '/vehicle/v1/functions/bms' },
} as const

const KINDS = ['component', 'app', 'function'] as const
type Kind = (typeof KINDS)[number]

/** A source with a component, an app and a function, each with a fault memory of its own; and a declared function. */
async function open() {
  const clock = new FakeClock()
  const entities = KINDS.map(
    (kind): Entity => ({
      kind,
      id: 'bms',
      name: 'B',
      connectionState: 'connected',
      facets: { faults: memoryFacets(SAMPLE).faults },
    }),
  )
  const fixture = await openFixture({
    clock,
    backends: [new MemoryBackend('m', entities)],
    entities: { declared: [{ kind: 'function', id: 'power', members: ['bms'] }] },
  })
  await clock.advance(5000)
  const clear = async (path: string) => {
    const { status, text } = await fixture.send('DELETE', path, undefined, client)
    assert.equal(status, 204, text)
  }
  const past = async (query = 'from=0') => {
    const { status, text } = await fixture.get(`/sovd/v1/export/faults?${query}`)
    assert.equal(status, 200)
    const items = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line))
    for (const item of items) assert.ok(ajv.validate(itemSchema, item), ajv.errorsText())
    return items
  }
  return { fixture, clear, past, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() }
}

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id)
const all = idsOf(SAMPLE.faults)
const [first] = SAMPLE.faults
assert.ok(first)
const inScope = idsOf(SAMPLE.faults.filter(({ scope }) => scope === 'module-3'))
const withCode = (code: string) => SAMPLE.faults.filter((fault) => fault.code === code)

const entityType = (kind: Kind) => (kind === 'component' ? undefined : kind)

for (const kind of KINDS) {
  const { native, iso } = PATHS[kind]
  for (const [what, path, expected] of [
    ['one fault', `${native}/faults/${first.id}`, [first.id]],
    ['all faults', `${native}/faults`, all],
    ['the faults with a code', `${iso}/faults/${first.code}`, idsOf(withCode(first.code))],
    ['all faults by the standard', `${iso}/faults`, all],
    ['the faults of a scope', `${iso}/faults?scope=module-3`, inScope],
  ] as const) {
    test(`${what} of the memory of a ${kind} can be cleared, and is in the history then`, async () => {
      await using vehicle = await open()
      await vehicle.clear(path)
      const items = await vehicle.past()
      assert.deepEqual(idsOf(items), expected)
      for (const item of items) {
        assert.equal(item['@sovd.time'], '2026-01-01T00:00:05.000Z')
        assert.equal(item['@sovd.event'], 'cleared')
        assert.equal(item['@sovd.reason'], 'cleared')
        assert.equal(item['@sovd.clearedBy'], 'ann')
        assert.equal(item['@sovd.entityType'], entityType(kind))
        assert.equal(item.componentId, 'bms')
        assert.equal('environmentData' in item, false)
      }
      await vehicle.clear(`${native}/faults`)
      assert.deepEqual(idsOf(await vehicle.past()).toSorted(), all.toSorted())
    })
  }
}

test('what is cleared through a function of components is recorded for these', async () => {
  await using vehicle = await open()
  await vehicle.clear(`/sovd/v1/funcs/power/faults/bms.${first.id}`)
  await vehicle.clear('/vehicle/v1/functions/power/faults')
  const items = await vehicle.past('from=0&componentId=bms')
  assert.deepEqual(idsOf(items).toSorted(), all.toSorted())
  assert.ok(items.every((item) => !('@sovd.entityType' in item)))
})

test('an export of a component has nothing of an app or a function with the same id', async () => {
  await using vehicle = await open()
  await vehicle.clear('/sovd/v1/apps/bms/faults')
  await vehicle.clear('/vehicle/v1/functions/bms/faults')
  assert.equal((await vehicle.past()).length, 2 * all.length)
  assert.deepEqual(await vehicle.past('from=0&componentId=bms'), [])
})

test('what is cleared while the feature is off is not in the history', async () => {
  await using vehicle = await open()
  await vehicle.fixture.send('PUT', '/x-admin/features/history', { enabled: false })
  await vehicle.clear('/sovd/v1/components/bms/faults')
  await vehicle.clear('/vehicle/v1/apps/bms/faults')
  assert.deepEqual(await vehicle.past(), [])
})

test('a fault that is not there is not in the history for being cleared', async () => {
  await using vehicle = await open()
  assert.equal((await vehicle.fixture.send('DELETE', '/sovd/v1/components/bms/faults/never')).status, 404)
  assert.equal((await vehicle.fixture.send('DELETE', '/vehicle/v1/components/bms/faults/never')).status, 404)
  assert.deepEqual(await vehicle.past(), [])
})
