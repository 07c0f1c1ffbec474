import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell, sovdBackends } from '../testing/config.ts'

test('both spellings of a variable set a value', () => {
  assert.equal(configuredWell('', { SOVD__SERVER__PORT: '9090' }).config.server.port, 9090)
  assert.equal(configuredWell('', { SOVD_SERVER__PORT: '9090' }).config.server.port, 9090)
  assert.equal(configuredWell('', { SOVD_SERVER__PORT: '9090', SOVD__SERVER__PORT: '9090' }).config.server.port, 9090)
})

test('two spellings that disagree are a problem', () => {
  assert.deepEqual(configured('', { SOVD__SERVER__PORT: '1', SOVD_SERVER__PORT: '2' }), [
    'server.port: SOVD__SERVER__PORT says something else (SOVD_SERVER__PORT)',
  ])
})

test('keys with underscores are found', () => {
  const { config } = configuredWell('', { SOVD__API__NATIVE_BASE: '/diag', SOVD_SERVER__DEPLOYMENT_LABEL: 'x' })
  assert.deepEqual([config.server.nativeBase, config.server.deploymentLabel], ['/diag', 'x'])
})

test('variables without a double underscore are not settings', () => {
  configuredWell('', { SOVD_HOME: '/opt', SOVD_: 'x', SOVDX__A__B: '1', PATH: '/bin' })
})

test('numbered variables make and change backends', () => {
  const loaded = configuredWell('[[backends]]\nname = "a"\nbase_url = "http://a"', {
    SOVD_BACKENDS__2__BASE_URL: 'http://c:1',
    SOVD__BACKENDS__1__BASE_URL: 'http://b:1',
    SOVD__BACKENDS__1__TIMEOUT_SECS: '0.5',
    SOVD__BACKENDS__1__COMPONENT_IDS: 'x, y',
    SOVD__BACKENDS__0__COMPONENT_IDS: '["p", "r"]',
  })
  assert.deepEqual(
    sovdBackends(loaded).map(({ name, timeoutMs, componentIds }) => [name, timeoutMs, componentIds]),
    [
      ['a', 30_000, ['p', 'r']],
      ['b:1', 500, ['x', 'y']],
      ['c:1', 30_000, []],
    ],
  )
})

test('a JSON array replaces the backends of the file', () => {
  const env = { SOVD__BACKENDS: '[{"base_url": "http://b:1"}]' }
  const { config } = configuredWell('[[backends]]\nname = "a"\nbase_url = "http://a"', env)
  assert.deepEqual(
    config.backends.map(({ name }) => name),
    ['b:1'],
  )
})

test('values are read as the type of their setting, and a secret that looks like a number stays text', () => {
  const { config } = configuredWell('', {
    SOVD__METRICS__ENABLED: 'false',
    SOVD__AUTH__CORS_ORIGINS: 'https://a.example,https://b.example',
    SOVD__BACKENDS__0__BASE_URL: 'http://a:1',
    SOVD__BACKENDS__0__BEARER_TOKEN: '0123',
  })
  assert.equal(config.server.metrics, false)
  assert.deepEqual(config.server.corsOrigins, ['https://a.example', 'https://b.example'])
  const [backend] = config.backends
  assert.equal(backend?.type === 'sovd' ? backend.bearerToken : undefined, '0123')
})

const WRONG: readonly (readonly [name: string, env: Record<string, string>, problem: string])[] = [
  ['a variable of no section', { SOVD__FOO__BAR: '1' }, 'there is no section "foo" (SOVD__FOO__BAR)'],
  ['a section without its key', { SOVD__PORT: '1' }, 'there is no section "port" (SOVD__PORT)'],
  ['a variable of no setting', { SOVD_SERVER__PRT: '1' }, 'there is no setting "prt" in server (SOVD_SERVER__PRT)'],
  [
    'a name inherited by every object',
    { SOVD__SERVER__CONSTRUCTOR: '1' },
    'there is no setting "constructor" in server',
  ],
  ['a whole section', { SOVD__SERVER: '{}' }, 'names the table server; name one of its settings (SOVD__SERVER)'],
  ['something inside a value', { SOVD__SERVER__PORT__X: '1' }, 'there is no setting "x" in server.port'],
  [
    'an element without number',
    { SOVD__BACKENDS__X__NAME: 'a' },
    'backends: expected the number of an element, got "x"',
  ],
  ['an element of values', { SOVD__AUTH__CORS_ORIGINS__0: '*' }, 'there is no setting "0" in auth.cors_origins'],
  [
    'an element beyond the next one',
    { SOVD__BACKENDS__1__BASE_URL: 'http://a' },
    'backends[1].base_url: there is no element 0 before it (SOVD__BACKENDS__1__BASE_URL)',
  ],
  ['text for an integer', { SOVD__SERVER__PORT: '80a' }, 'server.port: expected an integer, got "80a"'],
  ['nothing for an integer', { SOVD__SERVER__PORT: '' }, 'server.port: expected an integer, got ""'],
  ['a fraction for an integer', { SOVD__SERVER__PORT: '8.5' }, 'server.port: expected an integer, got "8.5"'],
  [
    'an integer out of range',
    { SOVD__SERVER__PORT: '70000' },
    'server.port: must be at most 65535, got 70000 (SOVD__SERVER__PORT)',
  ],
  ['a word for a boolean', { SOVD__METRICS__ENABLED: 'on' }, 'metrics.enabled: expected true or false, got "on"'],
  ['broken JSON', { SOVD__AUTH__CORS_ORIGINS: '["a"' }, 'auth.cors_origins: not JSON: '],
  ['null for a table', { SOVD__BACKENDS: '[null]' }, 'backends[0]: expected a table, got null (SOVD__BACKENDS)'],
  ['tables that are not JSON', { SOVD__BACKENDS: 'http://a' }, 'backends: expected a JSON array (SOVD__BACKENDS)'],
]

for (const [name, env, expected] of WRONG) {
  test(`refuses ${name}`, () => {
    const made = configured('', env)
    assert.ok(!('config' in made), 'it was accepted')
    assert.equal(made.length, 1, made.join('\n'))
    assert.equal(made[0]?.slice(0, expected.length), expected)
  })
}

test('a variable cannot reach into a value of the file that is not a table', () => {
  assert.deepEqual(configured('backends = 5', { SOVD__BACKENDS__0__NAME: 'a' }), [
    'backends[0].name: backends is something else already (SOVD__BACKENDS__0__NAME)',
    'backends: expected an array, got 5',
  ])
})
