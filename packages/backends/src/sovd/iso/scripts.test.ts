import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { DoubleAnswer } from '../testing/http-double.ts'
import { context, openApi } from '../testing/open-api.ts'
import { isoScripts } from './scripts.ts'

const AT = '/sovd/v1/components/bms/scripts'

async function open(answers: Readonly<Record<string, DoubleAnswer>>) {
  const at = await openApi(({ method, url }) => {
    const known = answers[`${method} ${url.slice(AT.length)}`]
    return known ?? { status: 404, body: { error_code: 'vendor-specific', message: 'no such script' } }
  })
  const asked = () => at.server.requests.map(({ method, url }) => `${method} ${url.slice(AT.length)}`)
  const bodies = () => at.server.requests.map(({ body }) => body)
  const scripts = isoScripts(at.api, '/components/bms')
  return { ...at, scripts, asked, bodies }
}

function ok(body: JsonObject): DoubleAnswer {
  return { status: 200, body }
}

test('lists scripts, and tells what has to be answered to start one [17978-3 7.15.2, 7.15.3]', async () => {
  const items = [
    { id: 'a', name: 'check.mjs', proximity_proof_required: true, translation_id: 't-1', 'x-acme-size': 3 },
    { id: 'b c', proximity_proof_required: false },
  ]
  const proximity_challenge = { challenge: 'sign this', valid_until: '2026-01-01T00:00:00Z' }
  await using at = await open({ 'GET ': ok({ items }), 'GET /a': ok({ item: items[0] ?? {}, proximity_challenge }) })
  const check = { id: 'a', name: 'check.mjs', translationId: 't-1', proximityProofRequired: true }
  assert.deepEqual(await at.scripts.list(context()), [check, { id: 'b c', proximityProofRequired: false }])
  const challenge = { text: 'sign this', validUntil: '2026-01-01T00:00:00Z' }
  assert.deepEqual(await at.scripts.find('a', context()), { ...check, challenge })
  await assert.rejects(at.scripts.find('b c', context()), { code: 'not-found', message: 'no such script' })
  assert.deepEqual(at.asked(), ['GET ', 'GET /a', 'GET /b%20c'])
})

test('sends a script as it comes, with its type and its name [17978-3 7.15.4]', async () => {
  await using at = await open({ 'POST ': { status: 201, body: { id: 'a' } }, 'DELETE /a': { status: 204 } })
  async function* content() {
    yield Buffer.from('export default')
    yield Buffer.from(' () => 1')
  }
  const upload = { name: 'one.mjs', mimeType: 'text/javascript', content: content() }
  assert.deepEqual(await at.scripts.add(upload, context()), { id: 'a' })
  await at.scripts.remove('a', context())
  const [sent] = at.server.requests
  assert.equal(sent?.bytes.toString(), 'export default () => 1')
  assert.equal(sent.headers['content-type'], 'text/javascript')
  assert.equal(sent.headers['content-disposition'], 'attachment; filename="one.mjs"')
})

test('starts, ends and forgets executions in the words of the standard [17978-3 7.15.6, 7.15.9, 7.15.10]', async () => {
  await using at = await open({
    'POST /a/executions': {
      status: 202,
      body: { id: 'e1', status: 'running' },
      headers: { location: `${AT}/a/executions/e1`, 'x-sovd-retention-timeout': '90' },
    },
    'POST /b/executions': { status: 202, body: {}, headers: { location: `${AT}/b/executions/e%202` } },
    'PUT /a/executions/e1': { status: 204 },
    'DELETE /a/executions/e1': { status: 204 },
    'GET /a/executions': ok({ items: ['e1'] }),
  })
  const request = { type: 'now_and_on_restart', parameters: { deep: true }, proximityResponse: 'c2ln' } as const
  assert.equal(at.scripts.retainMs, undefined)
  assert.deepEqual(await at.scripts.start('a', request, context()), { id: 'e1', status: 'running' })
  assert.equal(at.scripts.retainMs, 90_000)
  assert.deepEqual(await at.scripts.start('b', { type: 'now' }, context()), { id: 'e 2', status: 'prepared' })
  assert.deepEqual(await at.scripts.executions('a', context()), ['e1'])
  await at.scripts.end('a', 'e1', 'stop', context())
  await at.scripts.end('a', 'e1', 'kill', context())
  await at.scripts.removeExecution('a', 'e1', context())
  assert.deepEqual(at.bodies(), [
    { execution_type: 'now_and_on_restart', parameters: { deep: true }, proximity_response: 'c2ln' },
    { execution_type: 'now' },
    undefined,
    { action: 'stop' },
    { action: 'forced_termination' },
    undefined,
  ])
})

const FAILURE = { path: '', error: { error_code: 'vendor-specific', message: 'it threw' } }
const STATES: readonly (readonly [JsonObject, object])[] = [
  [{ status: 'prepared' }, { state: { status: 'prepared' } }],
  [
    { status: 'running', last_started: '2026-01-01T00:00:00Z' },
    { state: { status: 'running' }, lastStarted: '2026-01-01T00:00:00Z' },
  ],
  [{ status: 'completed', result: [1] }, { state: { status: 'completed', result: [1] } }],
  [{ status: 'completed' }, { state: { status: 'completed' } }],
  [{ status: 'failed', error: [FAILURE] }, { state: { status: 'failed', error: 'it threw' } }],
  [{ status: 'failed' }, { state: { status: 'failed', error: 'the script failed' } }],
  [{ status: 'terminated' }, { state: { status: 'terminated' } }],
]
for (const [body, expected] of STATES) {
  test(`knows that an execution is ${JSON.stringify(body)} [17978-3 7.15.8]`, async () => {
    await using at = await open({ 'GET /a/executions/e1': ok(body) })
    assert.deepEqual(await at.scripts.execution('a', 'e1', context()), expected)
  })
}

test('answers that make no sense are said to make none', async () => {
  await using at = await open({
    'GET ': ok({ items: [{ name: 'nameless' }] }),
    'GET /a/executions': ok({ items: 'e1' }),
    'GET /a/executions/e1': ok({ status: 'odd' }),
    'POST /a/executions': { status: 202, body: {} },
  })
  const calls = [
    () => at.scripts.list(context()),
    () => at.scripts.executions('a', context()),
    () => at.scripts.execution('a', 'e1', context()),
    () => at.scripts.start('a', { type: 'now' }, context()),
  ]
  for (const call of calls) {
    await assert.rejects(call(), (error) => error instanceof SovdError && error.code === 'bad-gateway')
  }
})
