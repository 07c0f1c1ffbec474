import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createProviderFolder } from '@opensovd/backends/providers'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { temporaryFolder } from '@opensovd/base/testing'
import { openProvider } from '@opensovd/provider'
import { serve } from './served-gateway.ts'

const clock = systemClock
const log = silentLogger
const HOUR_MS = 3_600_000

/** The data of the events of one name, as they come. */
async function* eventsOf(url: string, name: string, signal: AbortSignal) {
  const { status, body } = await fetch(url, { signal })
  assert.equal(status, 200)
  assert.ok(body)
  let rest = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, data] = block.includes(`event: ${name}\n`) ? block.split('data: ') : []
      if (data !== undefined) yield JSON.parse(data)
    }
  }
}

test('what a provider tells of an app comes as it happens, and nobody polls', async (t) => {
  const path = temporaryFolder(t)
  let reads = 0
  let position = 60
  const read = () => {
    reads++
    return position
  }
  const entity = { id: 'door', data: { position: { type: 'integer', read } }, onClearFault: () => {} } as const
  await using provider = await openProvider({ socket: join(path, 'door.sock'), entities: [entity] })
  await using stack = new AsyncDisposableStack()
  const allowedUids = [process.getuid?.() ?? 0]
  const folder = createProviderFolder({ path, allowedUids, maxProviders: 1, timeoutMs: 5000 }, { clock, log })
  const door = `${await serve(stack, folder, { events: { dataPollMs: HOUR_MS, faultPollMs: HOUR_MS } })}/sovd/v1/apps/door`
  while ((await fetch(door)).status !== 200) await clock.sleep(20)
  const stop = new AbortController()
  const values = eventsOf(`${door}/data/subscribe?ids=position`, 'data-change', stop.signal)
  const faults = eventsOf(`${door}/faults/subscribe`, 'faultChange', stop.signal)
  assert.equal((await values.next()).value.value, 60)
  const change = faults.next()
  await clock.sleep(200)
  reads = 0
  for (position of [50, 40]) {
    await provider.entity('door').changed('position')
    assert.equal((await values.next()).value.value, position)
  }
  assert.equal(reads, 2)
  provider.entity('door').setFault({ code: 'stuck', name: 'Stuck', severity: 1 })
  assert.deepEqual((await change).value.added, ['stuck'])
  stop.abort()
})

test('the export has the faults of apps of providers, and what an app shows of its component once', async (t) => {
  const path = temporaryFolder(t)
  const entities = [
    { id: 'motor', kind: 'component', onClearFault: () => {} },
    { id: 'door', onClearFault: () => {} },
  ] as const
  await using provider = await openProvider({ socket: join(path, 'door.sock'), entities })
  const stuck = { code: 'stuck', name: 'Stuck', severity: 1 } as const
  provider.entity('motor').setFault(stuck)
  provider.entity('door').setFault(stuck)
  provider.entity('door').setFault({ code: 'ajar', name: 'Ajar', severity: 3 })
  await using stack = new AsyncDisposableStack()
  const allowedUids = [process.getuid?.() ?? 0]
  const folder = createProviderFolder({ path, allowedUids, maxProviders: 1, timeoutMs: 5000 }, { clock, log })
  const base = `${await serve(stack, folder)}/sovd/v1`
  while ((await fetch(`${base}/apps/door`)).status !== 200) await clock.sleep(20)
  const text = await (await fetch(`${base}/export/faults`)).text()
  const [, ...lines] = text.trimEnd().split('\n')
  const faults = lines.map((line) => JSON.parse(line))
  assert.deepEqual(
    faults.map((fault) => [fault['@sovd.entityType'], fault.componentId, fault.id]),
    [
      [undefined, 'motor', 'stuck'],
      ['app', 'door', 'ajar'],
    ],
  )
})
