import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

const CDA = '[[backends]]\ntype = "cda"\nbase_url = "http://cda:20002"\n'

test('an adapter needs nothing but its address', () => {
  const { config } = configuredWell(CDA)
  assert.deepEqual(config.backends, [
    {
      type: 'cda',
      name: 'cda:20002',
      baseUrl: 'http://cda:20002',
      apiPrefix: '/vehicle/v15',
      clientId: 'opensovd-gateway',
      clientSecret: '',
      timeoutMs: 30_000,
      refreshMs: 5000,
      maxConcurrency: 64,
      componentIds: [],
      automaticLockSeconds: 30,
      sessions: ['default', 'extended', 'programming'],
    },
  ])
})

test('the secret of an adapter can come from the environment', () => {
  const { config } = configuredWell(`${CDA}client_id = "gw"\n`, { SOVD__BACKENDS__0__CLIENT_SECRET: 'hush' })
  const [backend] = config.backends
  assert.ok(backend?.type === 'cda')
  assert.deepEqual([backend.clientId, backend.clientSecret], ['gw', 'hush'])
})

const WRONG: readonly (readonly [name: string, toml: string, problems: readonly string[]])[] = [
  [
    'the token of another kind of source',
    `${CDA}bearer_token = "x"`,
    ['backends[0].bearer_token: unknown setting; there are'],
  ],
  ['a secret that is no text, without showing it', `${CDA}client_secret = 5`, ['expected a string, got a number']],
  ['an empty client', `${CDA}client_id = ""`, ['backends[0].client_id: must not be empty']],
  [
    'an automatic lock of less than nothing',
    `${CDA}automatic_lock_secs = -1`,
    ['backends[0].automatic_lock_secs: must be at least 0, got -1'],
  ],
  [
    'the socket of a program as its address',
    '[[backends]]\ntype = "cda"\nbase_url = "unix:/run/cda.sock"',
    ['backends[0].base_url: must be an http:// or https:// address, got "unix:/run/cda.sock"'],
  ],
  [
    'an id that no component can have',
    `${CDA}component_ids = ["a/b"]`,
    ['backends[0].component_ids[0]: expected the id'],
  ],
]

for (const [name, toml, expected] of WRONG) {
  test(`refuses ${name}`, () => {
    const problems = configured(toml)
    assert.ok(Array.isArray(problems))
    assert.equal(problems.length, expected.length)
    for (const [index, part] of expected.entries())
      assert.ok(String(problems[index]).includes(part), String(problems[index]))
  })
}
