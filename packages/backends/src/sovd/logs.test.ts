import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@opensovd/base'
import { isoLogs } from './iso/logs.ts'
import { nativeLogs } from './native/logs.ts'
import { context, openApi } from './testing/open-api.ts'

const PATH = '/components/bms'

async function read(make: typeof isoLogs, expectedPath: string, answer: { status: number; body?: JsonObject }) {
  await using at = await openApi(({ url }) => (url.endsWith(expectedPath) ? answer : { status: 400 }))
  return await make(at.api, PATH).entries({}, context())
}

test('reads the log of a native server', async () => {
  const value = [
    { timestamp: '2026-01-01T00:00:00Z', level: 'warning', source: 'pumpd', message: 'slow', data: { rpm: 3 } },
    { timestamp: '2026-01-01T00:00:01Z', level: 'loud', message: 'ready' },
  ]
  assert.deepEqual(await read(nativeLogs, `${PATH}/logs`, { status: 200, body: { value } }), [
    { timestamp: '2026-01-01T00:00:00Z', severity: 'warn', source: 'pumpd', message: 'slow', data: { rpm: 3 } },
    { timestamp: '2026-01-01T00:00:01Z', severity: 'info', source: '', message: 'ready' },
  ])
})

test('reads the log of a server of the standard', async () => {
  const timestamp = '2026-01-01T00:00:00Z'
  const dlt = { session: 's', session_id: '1', application_id: 'PUMP', context_id: 'MAIN', message_id: '7' }
  const items = [
    { timestamp, severity: 'fatal', msg: 'stuck', context: { type: 'AUTOSAR_DLT', ...dlt }, href: 'x' },
    { timestamp, severity: 'DLT_WARN', msg: 'slow', context: { type: 'RFC5424', host: 'h', process: 'p', pid: '1' } },
    { timestamp, severity: 'whatever', msg: 'ready', context: { type: 'x-own' } },
  ]
  assert.deepEqual(await read(isoLogs, `${PATH}/logs/entries`, { status: 200, body: { items } }), [
    {
      timestamp,
      severity: 'fatal',
      source: 'PUMP',
      message: 'stuck',
      context: {
        type: 'AUTOSAR_DLT',
        session: 's',
        sessionId: '1',
        applicationId: 'PUMP',
        contextId: 'MAIN',
        messageId: '7',
      },
    },
    {
      timestamp,
      severity: 'warn',
      source: 'p',
      message: 'slow',
      context: { type: 'RFC5424', host: 'h', process: 'p', pid: '1' },
    },
    { timestamp, severity: 'info', source: '', message: 'ready' },
  ])
})

for (const [name, make] of [
  ['native', nativeLogs],
  ['iso', isoLogs],
] as const) {
  test(`a ${name} server without logs has no entries, and one that fails is an error`, async () => {
    for (const status of [404, 501]) assert.deepEqual(await read(make, '', { status }), [])
    await assert.rejects(read(make, '', { status: 503 }), { code: 'unavailable' })
    await assert.rejects(read(make, '', { status: 200, body: { value: 1, items: 1 } }), { code: 'bad-gateway' })
  })
}
