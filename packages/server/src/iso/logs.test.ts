import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LogContext, NewLogEntry } from '@opensovd/core'
import type { Fixture } from '../testing/fixture.ts'
import { openCheckedFixture } from './testing/checked-fixture.ts'

const logs = '/components/bms/logs'
const BMS = { kind: 'component', id: 'bms' } as const

const dlt: LogContext = {
  type: 'AUTOSAR_DLT',
  session: 'pump',
  sessionId: '4711',
  applicationId: 'PUMP',
  contextId: 'MAIN',
  messageId: '7',
}
const syslog: LogContext = { type: 'RFC5424', host: 'hpc', process: 'fand', pid: '12' }

function write(fixture: Fixture, ...entries: Partial<NewLogEntry>[]) {
  for (const entry of entries) {
    fixture.diagnostics.logs.write(BMS, { severity: 'info', source: 'test', message: 'm', ...entry })
  }
}

const messagesOf = async (fixture: Fixture, query = '') =>
  (await fixture.get(`${logs}/entries${query}`)).json.items.map(({ msg }: { msg: string }) => msg)

describe('logs [17978-3 7.21]', () => {
  test('are linked from their entity, and tell where their parts are', async () => {
    await using fixture = await openCheckedFixture()
    const at = `${fixture.url}/vehicle/v1/components/bms/logs`
    assert.equal((await fixture.get('/components/bms')).json.logs, at)
    assert.deepEqual((await fixture.get(logs)).json, { entries: `${at}/entries`, config: `${at}/config` })
  })

  test('have entries with time, context, severity and message', async () => {
    await using fixture = await openCheckedFixture()
    const timestamp = '2026-01-01T00:00:00.5+01:00'
    write(
      fixture,
      { timestamp, severity: 'fatal', context: dlt, message: 'stuck' },
      { timestamp, context: syslog, message: 'ready' },
      { timestamp, message: 'bare' },
    )
    const href = `${fixture.url}/vehicle/v1/components/bms/logs/entries`
    assert.deepEqual((await fixture.get(`${logs}/entries`)).json, {
      items: [
        {
          timestamp,
          context: {
            type: 'AUTOSAR_DLT',
            session: 'pump',
            session_id: '4711',
            application_id: 'PUMP',
            context_id: 'MAIN',
            message_id: '7',
          },
          severity: 'fatal',
          msg: 'stuck',
          href,
        },
        {
          timestamp,
          context: { type: 'RFC5424', host: 'hpc', process: 'fand', pid: '12' },
          severity: 'info',
          msg: 'ready',
          href,
        },
        {
          timestamp,
          context: { type: 'RFC5424', host: '-', process: 'test' },
          severity: 'info',
          msg: 'bare',
          href,
        },
      ],
    })
  })

  test('have entries of a severity and worse, and their schema, on demand', async () => {
    await using fixture = await openCheckedFixture()
    write(fixture, { severity: 'error', message: 'e' }, { severity: 'warn', message: 'w' }, { message: 'i' })
    assert.deepEqual(await messagesOf(fixture, '?severity=warn&include-schema=true'), ['e', 'w'])
    assert.deepEqual(await messagesOf(fixture, '?severity=fatal'), [])
    assert.equal((await fixture.get(`${logs}/entries?severity=warning`)).status, 400)
  })

  test('are there for every kind of entity, and not for what is none', async () => {
    await using fixture = await openCheckedFixture()
    for (const kind of ['areas', 'components', 'apps', 'functions']) {
      assert.deepEqual((await fixture.get(`/${kind}/bms/logs/entries`)).json, { items: [] })
    }
    for (const path of ['', '/entries', '/config']) {
      assert.equal((await fixture.get(`/components/none/logs${path}`)).status, 404)
    }
  })

  test('keep what their configuration says, and what they kept before when it is deleted', async () => {
    await using fixture = await openCheckedFixture()
    assert.deepEqual((await fixture.get(`${logs}/config`)).json, { contexts: [] })
    assert.equal((await fixture.send('DELETE', `${logs}/config`)).status, 404)
    const items = [
      { context: { type: 'RFC5424', process: 'fand' }, severity: 'debug' },
      { context: { type: 'AUTOSAR_DLT', application_id: 'PUMP', session_id: '4711' }, severity: 'error' },
    ]
    assert.equal((await fixture.send('PUT', `${logs}/config`, { items })).status, 204)
    assert.deepEqual((await fixture.get(`${logs}/config`)).json, { contexts: items })
    write(
      fixture,
      { severity: 'debug', context: syslog, message: 'fan debug' },
      { severity: 'warn', context: dlt, message: 'pump warn' },
      { severity: 'error', context: dlt, message: 'pump error' },
      { severity: 'debug', message: 'other debug' },
      { severity: 'info', message: 'other info' },
    )
    assert.deepEqual(await messagesOf(fixture), ['fan debug', 'pump error', 'other info'])
    assert.equal((await fixture.send('DELETE', `${logs}/config`)).status, 204)
    assert.deepEqual((await fixture.get(`${logs}/config`)).json, { contexts: [] })
    write(fixture, { severity: 'debug', context: syslog, message: 'late' })
    assert.equal((await messagesOf(fixture)).includes('late'), false)
  })

  test('refuse a configuration that is none, and keep the one they have', async () => {
    await using fixture = await openCheckedFixture()
    const items = [{ context: { type: 'RFC5424' }, severity: 'error' }]
    await fixture.send('PUT', `${logs}/config`, { items })
    for (const body of [
      {},
      { items: [{ context: { type: 'RFC5424' }, severity: 'loud' }] },
      { items: [{ context: { type: 'SYSLOG' }, severity: 'error' }] },
      { items: [{ context: { type: 'RFC5424', session: 'x' }, severity: 'error' }] },
      { items: new Array(65).fill(items[0]) },
    ]) {
      assert.equal((await fixture.send('PUT', `${logs}/config`, body)).status, 400)
    }
    assert.deepEqual((await fixture.get(`${logs}/config`)).json, { contexts: items })
  })

  test("are not configured by others while somebody's lock is about them", async () => {
    await using fixture = await openCheckedFixture()
    const ann = { 'x-sovd-client-id': 'ann' }
    await fixture.send('POST', '/components/bms/locks', { lock_expiration: 60, scopes: ['logs'] }, ann)
    assert.equal((await fixture.send('PUT', `${logs}/config`, { items: [] })).status, 409)
    assert.equal((await fixture.send('PUT', `${logs}/config`, { items: [] }, ann)).status, 204)
  })
})
