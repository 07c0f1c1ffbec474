import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSharedVehicle, tester } from './testing/shared-vehicle.ts'

/** A vehicle on which clients of three tenants cleared faults of components, and of apps that are made of some. */
async function open() {
  const fixture = await openSharedVehicle()
  const clear = async (path: string, tenant: string) => {
    const { status, text } = await fixture.send('DELETE', path, undefined, await tester(tenant, `${tenant}-client`))
    assert.equal(status, 204, text)
  }
  await clear('/sovd/v1/components/xbat/faults', 'battery')
  await clear('/vehicle/v1/components/climate/faults', 'ann')
  await clear('/sovd/v1/apps/xcharge/faults', 'ann')
  await clear('/vehicle/v1/apps/xcool/faults', 'ann')
  await clear('/sovd/v1/apps/heating/faults', 'all')
  const past = async (tenant: string) => {
    const { status, text } = await fixture.get('/sovd/v1/export/faults?from=0', await tester(tenant))
    assert.equal(status, 200)
    const lines = text.trimEnd().split('\n').slice(1)
    const seen = lines.map((line) => JSON.parse(line))
    return [...new Set(seen.map((item) => `${item.componentId} by ${item['@sovd.clearedBy']}`))]
  }
  return { fixture, past, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() }
}

test('who has some components only sees of the past what is made of nothing else', async () => {
  await using vehicle = await open()
  assert.deepEqual(await vehicle.past('battery'), ['xbat by battery-client', 'xcharge by undefined'])
  assert.deepEqual(await vehicle.past('comfort'), ['climate by undefined', 'heating by undefined'])
})

test('who is kept apart sees that faults were cleared, and of the clients its own', async () => {
  await using vehicle = await open()
  const components = ['xbat', 'climate', 'xcharge', 'xcool', 'heating']
  assert.deepEqual(await vehicle.past('ann'), [
    'xbat by undefined',
    'climate by ann-client',
    'xcharge by ann-client',
    'xcool by ann-client',
    'heating by undefined',
  ])
  assert.deepEqual(
    await vehicle.past('bob'),
    components.map((id) => `${id} by undefined`),
  )
})

test('who is not kept apart sees who cleared faults', async () => {
  await using vehicle = await open()
  assert.deepEqual(await vehicle.past('all'), [
    'xbat by battery-client',
    'climate by ann-client',
    'xcharge by ann-client',
    'xcool by ann-client',
    'heating by all-client',
  ])
})
