import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ISO_API, NATIVE_API, type RouteTable } from '@opensovd/sovd'
import { type Fixture, openFixture, type Reply } from '../testing/fixture.ts'

const PARAMETERS: Readonly<Record<string, string>> = {
  componentId: 'bms',
  appId: 'alias',
  functionId: 'alias',
  entityCollection: 'components',
  entityId: 'bms',
  dataId: 'limits',
  faultId: 'f1',
  faultCode: 'P0A80',
  operationId: 'self-test',
  executionId: 'e0',
  modeId: 'session',
  configurationId: 'limit',
}

/** Bodies that pass the schemas of the rows which need one. */
const BODIES: Readonly<Record<string, unknown>> = {
  'native writeData': { value: 1 },
  'native patchData': { min: 2 },
  'native bulkWriteData': [{ id: 'limits', value: 1 }],
  'native writeAppData': { value: 1 },
  'native writeFunctionData': { value: 1 },
  'native changeMode': { mode: 'extended' },
  'native writeConfiguration': { name: 'limit', value: 1 },
  'native controlIo': { control: 'freeze' },
  'native controlCommunication': { control_type: 'enable_rx_and_tx' },
  'native controlDtcSetting': { setting: 'on' },
  'native writeMemory': { address: '0', value: '00' },
  'native flashEcu': { firmware_data: 'AAAA' },
  'native accessSecurity': { level: 1, phase: 'requestSeed' },
  'native sendRawMessage': { message: '3e00' },
  'iso writeData': { data: 1 },
  'iso controlExecution': { capability: 'stop' },
  'iso changeMode': { value: 'extended' },
  'iso writeConfiguration': { data: 1 },
  'iso writeLogConfiguration': { items: [] },
  'iso createDataList': { ids: ['soc'] },
  'iso controlCommunicationLog': { action: 'activate' },
  'iso startScript': { execution_type: 'now' },
  'iso controlScriptExecution': { action: 'stop' },
}

const contracts: readonly (readonly [string, string, RouteTable])[] = [
  ['native', '/sovd/v1', NATIVE_API],
  ['iso', '/vehicle/v1', ISO_API],
]

describe('what changes a component is refused while another has a lock', () => {
  let fixture: Fixture
  before(async () => {
    const declared = (['app', 'function'] as const).map((kind) => ({ kind, id: 'alias', source: 'bms' }))
    fixture = await openFixture({ entities: { declared } })
  })
  after(() => fixture[Symbol.asyncDispose]())

  const as = (name: string) => ({ 'x-sovd-client-id': name })

  for (const [contract, base, table] of contracts) {
    for (const [name, { method, path, mutates }] of Object.entries(table)) {
      if (!mutates) continue
      const url = base + path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => PARAMETERS[parameter] ?? parameter)
      const body = BODIES[`${contract} ${name}`]

      for (const lock of ['/sovd/v1/components/bms/lock', '/sovd/v1/groups/powertrain/lock', '/sovd/v1/lock']) {
        test(`${contract} ${name} under ${lock}`, async () => {
          assert.equal((await fixture.send('POST', lock, { durationSecs: 60 }, as('ann'))).status, 201)
          assertLocked(await fixture.send(method, url, body, as('bob')), contract)
          assertLocked(await fixture.send(method, url, body), contract)
          assertNotLocked(await fixture.send(method, url, body, as('ann')))
          assert.equal((await fixture.send('DELETE', lock, undefined, as('ann'))).status, 204)
          assertNotLocked(await fixture.send(method, url, body, as('bob')))
        })
      }
    }
  }

  test('and what only reads is not', async () => {
    await fixture.send('POST', '/sovd/v1/lock', undefined, as('ann'))
    for (const path of ['data', 'data/soc', 'faults', 'operations', 'modes', 'configurations']) {
      assert.equal((await fixture.get(`/sovd/v1/components/bms/${path}`, as('bob'))).status, 200, path)
    }
    const bulk = await fixture.send('POST', '/sovd/v1/components/bms/data/bulk-read', { dataIds: ['soc'] }, as('bob'))
    assert.equal(bulk.status, 200)
    await fixture.send('DELETE', '/sovd/v1/lock', undefined, as('ann'))
  })

  test('before the component is asked anything, even whether If-Match holds', async () => {
    await fixture.send('POST', '/sovd/v1/components/bms/lock', undefined, as('ann'))
    const headers = { ...as('bob'), 'if-match': '"other"' }
    const reply = await fixture.send('PUT', '/sovd/v1/components/bms/data/limits', { value: 1 }, headers)
    assertLocked(reply, 'native')
    await fixture.send('DELETE', '/sovd/v1/components/bms/lock', undefined, as('ann'))
  })

  test('and the other contract tells of a broken lock as the standard has it [17978-3 7.17]', async () => {
    await fixture.send('POST', '/sovd/v1/components/bms/lock', undefined, as('ann'))
    await fixture.send('DELETE', '/sovd/v1/components/bms/lock?break=true', undefined, as('bob'))
    const write = () => fixture.send('PUT', '/vehicle/v1/components/bms/data/limits', { data: 1 }, as('ann'))
    const told = await write()
    assert.equal(told.status, 409)
    assert.equal(told.json.error_code, 'lock-broken')
    assert.equal((await write()).status, 204)
  })
})

function assertLocked(reply: Reply, contract: string): void {
  assert.equal(reply.status, 409, reply.text)
  const seconds = Number(reply.headers.get('retry-after'))
  assert.ok(seconds >= 1 && seconds <= 300, `${seconds} s`)
  if (contract === 'iso') {
    assert.equal(reply.json.error_code, 'precondition-not-fulfilled')
    assert.match(reply.json.message, LOCKED)
  } else {
    const { code, message, details } = reply.json.error
    assert.equal(code, 'SOVD-ERR-409')
    assert.match(message, LOCKED)
    assert.deepEqual(details, [{ code: 'SOVD-RETRY', message: `Retry-After: ${seconds}s` }])
  }
}

/** Whether the component can do it is another question. */
function assertNotLocked(reply: Reply): void {
  assert.ok((reply.status < 500 || reply.status === 501) && reply.status !== 422, reply.text)
  assert.doesNotMatch(reply.text, LOCKED)
}

const LOCKED = /locked by 'ann'/
