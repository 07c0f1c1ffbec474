import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFixture } from '../testing/fixture.ts'

const path = '/sovd/v1/components'

test('only listed origins may call from a browser', async () => {
  await using fixture = await openFixture({ corsOrigins: ['https://tester.example'] })
  const allowed = await fixture.get(path, { origin: 'https://tester.example' })
  assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://tester.example')
  const other = await fixture.get(path, { origin: 'https://other.example' })
  assert.equal(other.status, 200)
  assert.equal(other.headers.get('access-control-allow-origin'), null)
})

test('a preflight says what is allowed', async () => {
  await using fixture = await openFixture({ corsOrigins: ['*'] })
  const plain = await fixture.send('OPTIONS', path)
  assert.equal(plain.status, 204)
  const { status, headers } = await fixture.send('OPTIONS', path, undefined, {
    origin: 'https://tester.example',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'content-type',
  })
  assert.equal(status, 204)
  assert.equal(headers.get('access-control-allow-origin'), '*')
  assert.match(headers.get('access-control-allow-methods') ?? '', /PUT/)
  assert.match(headers.get('access-control-allow-headers') ?? '', /content-type/)
})
