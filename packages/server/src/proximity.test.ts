import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { judge } from './iso/testing/checked-fixture.ts'
import { hmacVerifier } from './proximity-verifier.ts'
import { type Fixture, openFixture, type Reply } from './testing/fixture.ts'

const SECRET = Buffer.from('near')
const native = '/sovd/v1/components/bms'
const challenges = `${native}/proximity-challenge`
const iso = '/components/bms/operations'

const sign = (challenge: string) => createHmac('sha256', SECRET).update(challenge).digest('base64')

const open = (verify = true) =>
  openFixture({
    entities: {
      declared: [
        { kind: 'app', id: 'balancer', source: 'bms' },
        {
          kind: 'function',
          id: 'energy',
          operations: [{ id: 'self-test', componentId: 'bms', operationId: 'self-test' }],
        },
      ],
    },
    domain: { proximity: { operations: ['bms/self-test'], ...(verify ? { verify: hmacVerifier(SECRET) } : {}) } },
  })

async function isoSend(fixture: Fixture, method: string, path: string, body?: unknown): Promise<Reply> {
  const reply = await fixture.send(method, `/vehicle/v1${path}`, body)
  judge(method, path, reply)
  return reply
}

test('a challenge is given out, read, answered and used for one start', async () => {
  await using fixture = await open()
  const given = await fixture.send('POST', challenges)
  assert.equal(given.status, 201)
  const { challengeId, challenge, status } = given.json
  assert.equal(status, 'pending')
  assert.equal(challenge, `proximity-bms-${challengeId}`)
  assert.equal(given.headers.get('location'), `${challenges}/${challengeId}`)
  assert.deepEqual((await fixture.get(`${challenges}/${challengeId}`)).json, given.json)
  assert.equal((await fixture.send('POST', `${native}/operations/self-test`)).status, 403)

  const answered = await fixture.send('POST', challenges, { response: sign(challenge) })
  assert.deepEqual(answered.json, { ...given.json, status: 'verified' })
  assert.equal((await fixture.get(`${challenges}/${challengeId}`)).json.status, 'verified')
  assert.equal((await fixture.send('POST', `${native}/operations/self-test`)).status, 202)
  const again = await fixture.send('POST', `${native}/operations/self-test`)
  assert.equal(again.status, 403)
  assert.match(again.json.error.message, /needs a proof of proximity/)
  assert.equal((await fixture.get(`${challenges}/${challengeId}`)).status, 404)
})

for (const entity of ['apps/balancer', 'funcs/energy']) {
  test(`an operation of ${entity} that its component guards needs a challenge of ${entity}`, async () => {
    await using fixture = await open()
    const start = async () => (await fixture.send('POST', `/sovd/v1/${entity}/operations/self-test`)).status
    const prove = async (path: string) => {
      const { headers, json } = await fixture.send('POST', path)
      const answered = await fixture.send('POST', path, { response: sign(json.challenge) })
      assert.deepEqual([answered.status, answered.json.status], [201, 'verified'])
      assert.equal((await fixture.get(headers.get('location') ?? '')).json.status, 'verified')
    }
    await prove(challenges)
    assert.equal(await start(), 403)
    await prove(`/sovd/v1/${entity}/proximity-challenge`)
    assert.equal(await start(), 202)
    assert.equal(await start(), 403)
  })
}

test('a wrong answer fails, and its challenge with it', async () => {
  await using fixture = await open()
  const { challengeId, challenge } = (await fixture.send('POST', challenges, {})).json
  const body = { challengeId, response: sign('something else') }
  assert.equal((await fixture.send('POST', challenges, body)).json.status, 'failed')
  assert.equal((await fixture.send('POST', challenges, { ...body, response: sign(challenge) })).status, 409)
  assert.equal((await fixture.send('POST', `${native}/operations/self-test`)).status, 403)
})

for (const [name, path, body, status] of [
  ['a component that there is not', '/sovd/v1/components/none/proximity-challenge', {}, 404],
  ['an answer to nothing', challenges, { response: 'x' }, 404],
  ['an answer to an unknown challenge', challenges, { response: 'x', challengeId: 'none' }, 404],
  ['a challenge without an answer', challenges, { challengeId: 'none' }, 400],
  ['a response of another type', challenges, { response: 5 }, 422],
] as const) {
  test(`${name} is ${status}`, async () => {
    await using fixture = await open()
    assert.equal((await fixture.send('POST', path, body)).status, status)
    assert.equal((await fixture.get(`${challenges}/none`)).status, 404)
  })
}

test('an operation of the standard brings the challenge, and its start the response [17978-3 7.14]', async () => {
  await using fixture = await open()
  const { item, proximity_challenge } = (await isoSend(fixture, 'GET', `${iso}/self-test`)).json
  assert.equal(item.proximity_proof_required, true)
  assert.ok(Date.parse(proximity_challenge.valid_until) > 0)
  const start = (proximity_response?: string) =>
    isoSend(fixture, 'POST', `${iso}/self-test/executions`, { proximity_response })
  assert.equal((await start()).status, 403)
  const started = await start(sign(proximity_challenge.challenge))
  assert.equal(started.status, 202)
  assert.equal((await start(sign(proximity_challenge.challenge))).status, 403)
})

test('a list of operations brings challenges only on demand', async () => {
  await using fixture = await open()
  const plain = (await isoSend(fixture, 'GET', iso)).json.items
  assert.deepEqual([plain[0].proximity_proof_required, plain[0].proximity_challenge], [true, undefined])
  const [listed] = (await isoSend(fixture, 'GET', `${iso}?include-proximity-proof=true`)).json.items
  assert.deepEqual(
    listed.proximity_challenge,
    (await isoSend(fixture, 'GET', `${iso}/self-test`)).json.proximity_challenge,
  )
})

test('a wrong response is refused, and so is the right one after it', async () => {
  await using fixture = await open()
  const { challenge } = (await isoSend(fixture, 'GET', `${iso}/self-test`)).json.proximity_challenge
  for (const proximity_response of ['x', sign(challenge)]) {
    const { status, json } = await isoSend(fixture, 'POST', `${iso}/self-test/executions`, { proximity_response })
    assert.equal(status, 403)
    assert.equal(json.error_code, 'insufficient-access-rights')
  }
  assert.deepEqual(fixture.vehicle.calls, [])
})

test('what was proved through one contract counts in the other', async () => {
  await using fixture = await open()
  const { challenge } = (await fixture.send('POST', challenges)).json
  await fixture.send('POST', challenges, { response: sign(challenge) })
  assert.equal((await isoSend(fixture, 'POST', `${iso}/self-test/executions`, {})).status, 202)
})

test('without a key nothing can be proved, and what needs a proof does not start', async () => {
  await using fixture = await open(false)
  assert.equal((await fixture.send('POST', challenges)).status, 501)
  assert.equal((await fixture.send('POST', `${native}/operations/self-test`)).status, 403)
  const { json } = await isoSend(fixture, 'GET', `${iso}/self-test`)
  assert.equal(json.proximity_challenge, undefined)
})
