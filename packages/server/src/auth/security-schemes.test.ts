import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lint } from '@opensovd/sovd'
import { openFixture } from '../testing/fixture.ts'
import { API_KEY, bearer, openGuarded, signed } from './testing/tokens.ts'

const auth = {
  apiKey: { key: API_KEY, roles: ['viewer'] },
  clients: [{ id: 'c', secret: { kind: 'plain', text: 'secret' }, roles: [] }],
  oidc: { issuerUrl: 'https://id.example/' },
  certificateRoles: ['viewer'],
} as const

const SCHEMES = {
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  clientCredentials: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/vehicle/v1/token', scopes: {} } } },
  openId: { type: 'openIdConnect', openIdConnectUrl: 'https://id.example/.well-known/openid-configuration' },
  certificate: { type: 'mutualTLS' },
}

for (const path of [
  '/openapi.json',
  '/sovd/v1/components/bms/docs',
  '/vehicle/v1/docs',
  '/vehicle/v1/components/bms/docs',
]) {
  test(`${path} tells what clients can show, and that they can be refused [OpenAPI 3.1 4.8.27]`, async () => {
    await using fixture = await openGuarded(auth)
    const { status, json } = await fixture.get(path, bearer(await signed()))
    assert.equal(status, 200)
    assert.deepEqual(json.components.securitySchemes, SCHEMES)
    assert.deepEqual(
      json.security,
      Object.keys(SCHEMES).map((name) => ({ [name]: [] })),
    )
    const operations = Object.values<object>(json.paths).flatMap((item) =>
      Object.entries(item).flatMap(([method, operation]) => (method.startsWith('x-') ? [] : [operation])),
    )
    assert.ok(operations.length > 0)
    for (const { responses } of operations) {
      assert.deepEqual(responses[401], { $ref: '#/components/responses/unauthorized' })
      assert.deepEqual(responses[403], { $ref: '#/components/responses/forbidden' })
    }
    assert.ok(json.components.responses.unauthorized && json.components.responses.forbidden)
  })
}

test('documents say nothing of it where nobody has to show anything', async () => {
  await using fixture = await openFixture()
  for (const path of ['/openapi.json', '/vehicle/v1/docs']) {
    const { json } = await fixture.get(path)
    assert.ok(!('security' in json) && !('securitySchemes' in json.components))
  }
})

test('the capability description is still one of the standard', async () => {
  await using fixture = await openGuarded(auth)
  const { text } = await fixture.get('/vehicle/v1/docs', bearer(await signed()))
  assert.deepEqual(lint(JSON.parse(text)), [])
})
