import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { type FaultFacet, MemoryBackend, openDiagnostics } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { type Fixture, openFixture } from '../testing/fixture.ts'

const base = '/sovd/v1'

function record(more: object = {}): object {
  return { component_id: 'bms', fault_id: 'app.lost', source: 'app', severity: 'Error', stage: 'Failed', ...more }
}

function report(fixture: Fixture, body: unknown) {
  return fixture.send('POST', `${base}/x-faults/records`, body)
}

async function idsOf(fixture: Fixture, component = 'bms'): Promise<string[]> {
  const { json } = await fixture.get(`${base}/components/${component}/faults`)
  return json.value.map(({ id }: { id: string }) => id)
}

/** A fixture whose component `ecu` has a fault memory that answers everything with this refusal. */
function openRefusing(refusal: SovdError): Promise<Fixture> {
  const refuse = async () => {
    throw refusal
  }
  const faults: FaultFacet = { list: refuse, clear: refuse, clearAll: refuse }
  const entity = {
    kind: 'component',
    id: 'ecu',
    name: 'ECU',
    connectionState: 'connected',
    facets: { faults },
  } as const
  return openFixture({ backends: [new MemoryBackend('vehicle', [entity])] })
}

describe('POST x-faults/records', () => {
  test('takes one record, and the component has the fault', async () => {
    await using fixture = await openFixture()
    const reply = await report(fixture, record({ description: 'no answer', environment_data: { volts: 11.5 } }))
    assert.equal(reply.status, 202)
    assert.deepEqual(reply.json, { accepted: 1, rejected: [] })
    assert.deepEqual(await idsOf(fixture), ['f1', 'f2', 'app.lost'])
    const { json } = await fixture.get(`${base}/components/bms/faults/app.lost`)
    const { environmentData, ...fault } = json
    assert.deepEqual(fault, {
      id: 'app.lost',
      componentId: 'bms',
      code: 'app.lost',
      name: 'Fault app.lost',
      description: 'no answer',
      scope: 'component',
      severity: 'high',
      status: 'active',
    })
    assert.deepEqual(environmentData.freeze_frame, { volts: 11.5 })
    assert.equal(environmentData.occurrence_counter, 1)
  })

  test('knows severities and stages as the fault bridge of the contract does', async () => {
    await using fixture = await openFixture()
    const severities = { Fatal: 'high', Error: 'high', Warn: 'medium', Info: 'low', Debug: 'low' }
    const stages = { Failed: 'active', PreFailed: 'pending', PrePassed: 'passive', NotTested: 'passive' }
    const expected = new Map<string, unknown[]>()
    for (const [severity, shownSeverity] of Object.entries(severities)) {
      for (const [stage, shownStatus] of Object.entries(stages)) {
        await report(fixture, record({ fault_id: `${severity}.${stage}`, severity, stage }))
        expected.set(`${severity}.${stage}`, [shownSeverity, shownStatus])
      }
    }
    const { json } = await fixture.get(`${base}/components/bms/faults?$filter=scope eq 'component'`)
    const shown = json.value.map(({ id, severity, status }: Record<string, unknown>) => [id, [severity, status]])
    assert.deepEqual(new Map(shown), expected)
    await report(fixture, record({ fault_id: 'Error.Failed', stage: 'Passed' }))
    assert.equal((await fixture.get(`${base}/components/bms/faults/Error.Failed`)).status, 404)
  })

  test('takes what is acceptable of an array, and says what is wrong with the rest', async () => {
    await using fixture = await openFixture()
    const reply = await report(fixture, [record(), record({ stage: 'Broken' }), 7, record({ fault_id: 'second' })])
    assert.equal(reply.status, 202)
    assert.equal(reply.json.accepted, 2)
    assert.deepEqual(
      reply.json.rejected.map(({ index }: { index: number }) => index),
      [1, 2],
    )
    assert.match(reply.json.rejected[0].reason, /^stage: expected one of Failed, .*, got "Broken"$/)
    assert.deepEqual(await idsOf(fixture), ['f1', 'f2', 'app.lost', 'second'])
  })

  test('refuses a body without an acceptable record, and changes nothing', async () => {
    await using fixture = await openFixture()
    const bodies = [
      [],
      {},
      'null',
      '"text"',
      [1, 2],
      record({ component_id: undefined }),
      new Array(10_001).fill(record()),
    ]
    for (const body of bodies) {
      const reply = await report(fixture, body)
      assert.equal(reply.status, 400, JSON.stringify(body).slice(0, 80))
      assert.equal(reply.json.error.code, 'SOVD-ERR-400')
    }
    const { json } = await report(fixture, [1, record({ severity: 'high' })])
    assert.deepEqual(
      json.error.details.map(({ target }: { target: string }) => target),
      ['body/0', 'body/1'],
    )
    assert.equal((await report(fixture, '{')).status, 400)
    assert.deepEqual(await idsOf(fixture), ['f1', 'f2'])
  })

  test('takes no more from one source than it may report', async () => {
    const clock = new FakeClock()
    await using diagnostics = openDiagnostics({
      clock,
      log: silentLogger,
      createId: () => 'id',
      backends: [],
      faults: { maxReportsPerSecond: 2 },
    })
    await using fixture = await openFixture({ diagnostics })
    const { json } = await report(fixture, new Array(12).fill(record()))
    const reason = "too many reports from 'app': at most 2 a second are taken"
    assert.deepEqual(json, {
      accepted: 10,
      rejected: [
        { index: 10, reason },
        { index: 11, reason },
      ],
    })
    const refused = await report(fixture, record())
    assert.equal(refused.status, 429)
    assert.equal(refused.json.error.message, reason)
    assert.equal(refused.headers.get('retry-after'), '1')
    assert.equal((await report(fixture, record({ source: 'other' }))).status, 202)
    await clock.advance(500)
    assert.equal((await report(fixture, record())).status, 202)
  })
})

describe('reported faults', () => {
  test('give a fault memory to a component that has none', async () => {
    await using fixture = await openFixture()
    assert.equal((await fixture.get(`${base}/components/bare/faults`)).status, 501)
    await report(fixture, record({ component_id: 'bare' }))
    assert.deepEqual(await idsOf(fixture, 'bare'), ['app.lost'])
    const { json } = await fixture.get(`${base}/components/bare/capabilities`)
    assert.deepEqual(json.supportedCategories, ['faults', 'logs'])
    assert.equal((await fixture.send('DELETE', `${base}/components/bare/faults`)).status, 204)
    assert.deepEqual(await idsOf(fixture, 'bare'), [])
  })

  test('are cleared with those of the component, one or all', async () => {
    await using fixture = await openFixture()
    await report(fixture, [record(), record({ fault_id: 'f1' }), record({ fault_id: 'second' })])
    assert.deepEqual(await idsOf(fixture), ['f1', 'f2', 'app.lost', 'second'])
    assert.equal((await fixture.send('DELETE', `${base}/components/bms/faults/app.lost`)).status, 204)
    assert.equal((await fixture.send('DELETE', `${base}/components/bms/faults/f1`)).status, 204)
    assert.deepEqual(await idsOf(fixture), ['f2', 'second'])
    assert.equal((await fixture.send('DELETE', `${base}/components/bms/faults/app.lost`)).status, 404)
    assert.equal((await fixture.send('DELETE', `${base}/components/bms/faults`)).status, 204)
    assert.deepEqual(await idsOf(fixture), [])
  })

  test('stay when the component refuses to clear its own, and the client hears why', async () => {
    await using fixture = await openRefusing(new SovdError('conflict', 'the engine runs'))
    await report(fixture, record({ component_id: 'ecu' }))
    for (const path of ['', '/app.lost']) {
      const reply = await fixture.send('DELETE', `${base}/components/ecu/faults${path}`)
      assert.equal(reply.status, 409)
      assert.equal(reply.json.error.message, 'the engine runs')
    }
    assert.deepEqual(await idsOf(fixture, 'ecu'), ['app.lost'])
  })

  test('are listed while the component cannot be asked, with a note that the list is incomplete', async () => {
    await using fixture = await openRefusing(new SovdError('gateway-timeout', 'no answer'))
    assert.equal((await fixture.get(`${base}/components/ecu/faults`)).status, 504)
    await report(fixture, record({ component_id: 'ecu' }))
    const { status, json } = await fixture.get(`${base}/components/ecu/faults`)
    assert.equal(status, 200)
    assert.equal(json.value[0].id, 'app.lost')
    assert.deepEqual(json['@sovd.partial'], [{ backend: 'vehicle', code: 'SOVD-ERR-504', message: 'no answer' }])
  })
})

describe('POST x-faults/operation-cycles', () => {
  test('begins the cycle named, or power', async () => {
    await using fixture = await openFixture()
    await report(fixture, record())
    const path = `${base}/x-faults/operation-cycles`
    assert.equal((await fixture.send('POST', path)).status, 204)
    assert.equal((await fixture.send('POST', path, { cycle: 'power' })).status, 204)
    const unknown = await fixture.send('POST', path, { cycle: 'moon' })
    assert.equal(unknown.status, 400)
    assert.equal(unknown.json.error.message, 'no fault lives by the cycle "moon"; there are power')
    assert.equal((await fixture.send('POST', path, { cycle: 7 })).status, 422)
  })
})
