import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '@opensovd/base/testing'
import { configured, configuredWell, sovdBackends } from '../testing/config.ts'
import { loadConfig, readDocument } from './load.ts'
import { ConfigError, formatProblem } from './problem.ts'

function fileWith(t: TestContext, text: string): string {
  const file = join(temporaryFolder(t), 'sovd.toml')
  writeFileSync(file, text)
  return file
}

function problemsOf(task: () => unknown): readonly string[] {
  try {
    task()
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(formatProblem)
    throw error
  }
}

const NO_EVENT_SETTINGS = {
  limits: {
    dataPollMs: 1000,
    faultPollMs: 1000,
    ring: { maxEvents: 1000, maxBytes: 1_048_576 },
    retainMs: 60_000,
    retryMs: 2000,
    maxReaders: 10_000,
    intervalsMs: { fast: 50, normal: 200, slow: 500 },
    maxSubscriptions: 10_000,
    maxTriggers: 1000,
    maxDurationSeconds: 86_400,
  },
  streams: { beatMs: 15_000, stallMs: 60_000 },
}

const NO_FAULT_SETTINGS = {
  components: [],
  maxReportsPerSecond: 1000,
  maxFaults: 50_000,
  maxFaultsPerComponent: 10_000,
  rules: [],
}

/** What the configuration is where nothing is set. */
const UNTOUCHED = {
  entities: { declared: [], disabled: [] },
  executions: { maxFinished: 10_000, maxPerOperation: 1000, maxAgeMs: 3_600_000 },
  faults: NO_FAULT_SETTINGS,
  locks: { defaultSeconds: 300, maxSeconds: 3600 },
  logs: { kept: { leastSeverity: 'info', maxEntriesPerEntity: 1000 } },
  events: NO_EVENT_SETTINGS,
  disabledFeatures: [],
  history: { kind: 'memory', maxRecords: 10_000 },
  audit: { maxEntries: 10_000 },
  proximity: { validMs: 120_000, operations: [] },
}

test('without any setting the gateway is for this machine only', () => {
  const { config, warnings } = configuredWell('')
  assert.deepEqual(config, {
    server: {
      host: '127.0.0.1',
      port: 8080,
      nativeBase: '/sovd/v1',
      isoBase: '/vehicle/v1',
      deploymentLabel: 'default',
      corsOrigins: [],
      metrics: true,
    },
    logging: { level: 'info', format: 'text' },
    backends: [],
    ...UNTOUCHED,
  })
  assert.deepEqual(warnings, [])
})

test('the configuration cannot be changed once it is loaded', () => {
  const loaded = configuredWell('[[backends]]\nbase_url = "http://127.0.0.1:1"\ncomponent_ids = ["a"]')
  assert.ok(Object.isFrozen(loaded.config.server))
  assert.ok(Object.isFrozen(sovdBackends(loaded)[0]?.componentIds))
})

test('a file with every key of the native server is understood', () => {
  const { config, warnings } = configuredWell(`
    [server]
    host = "127.0.0.1"
    port = 8090
    [logging]
    level = "debug"
    format = "json"
    [auth]
    enabled = false
    jwt_algorithm = "RS256"
    jwt_issuer = "https://issuer.example"
    public_paths = ["/healthz"]
    cors_origins = ["https://tool.example:8443", "*"]
    [someip]
    application_name = "sovd-gateway"
    vsomeip_config_path = "/etc/vsomeip.json"
    offered_services = []
    consumed_services = []
    [mdns]
    enabled = false
    instance_name = "car"
    hostname = "car.local."
    [dlt]
    enabled = false
    ecu_id = "ECU1"
    app_id = "SOVD"
    ctx_id = "MAIN"
    daemon_socket = "/tmp/dlt"
    [rate_limit]
    enabled = false
    max_requests = 10
    window_secs = 1
    [bridge]
    enabled = false
    listen_addr = "127.0.0.1:9000"
    connect_url = "wss://cloud.example"
    heartbeat_interval_secs = 1
    reconnect_backoff_secs = 1
    max_reconnect_attempts = 1
    vehicle_id = "VIN"
    [tenant]
    enabled = false
    header_name = "X-Tenant"
    jwt_claim = "tenant"
    [[tenant.tenants]]
    id = "a"
    name = "A"
    profile = "default"
    isolation = "strict"
    [storage]
    backend = "memory"
    sled_path = "/tmp/sled"
    [metrics]
    enabled = false
    path = "/metrics"
    [secrets]
    provider = "static"
    vault_addr = "http://127.0.0.1:8200"
    vault_token = "t"
    vault_mount = "secret"
    vault_path_prefix = "sovd/"
    vault_cache_ttl_secs = 1
    [firmware]
    verify = false
    public_key_hex = "00"
    [[backends]]
    base_url = "https://127.0.0.1:3001/"
    api_prefix = "/sovd/v1"
    name = "ecu"
    timeout_secs = 5
    bearer_token = "dG9rZW4="
    component_ids = ["bms"]
    danger_accept_invalid_certs = false
  `)
  assert.deepEqual(config, {
    server: {
      host: '127.0.0.1',
      port: 8090,
      nativeBase: '/sovd/v1',
      isoBase: '/vehicle/v1',
      deploymentLabel: 'default',
      corsOrigins: ['https://tool.example:8443', '*'],
      metrics: false,
    },
    logging: { level: 'debug', format: 'json' },
    backends: [
      {
        name: 'ecu',
        baseUrl: 'https://127.0.0.1:3001',
        apiPrefix: '/sovd/v1',
        type: 'sovd',
        dialect: 'auto',
        timeoutMs: 5000,
        refreshMs: 5000,
        maxConcurrency: 64,
        componentIds: ['bms'],
        bearerToken: 'dG9rZW4=',
        tls: { rejectUnauthorized: true },
      },
    ],
    ...UNTOUCHED,
  })
  assert.deepEqual(warnings, [])
})

const WRONG: readonly (readonly [name: string, toml: string, problems: readonly string[]])[] = [
  ['an unknown section', '[sever]\nport = 1', ['sever: unknown setting; there are server, api,']],
  ['an unknown key', '[server]\nprot = 1', ['server.prot: unknown setting; there are host, port,']],
  [
    'a key in another spelling',
    '[server]\nCertPath = "x"',
    ['server.CertPath: unknown setting; did you mean cert_path?'],
  ],
  ['a key of another section', '[backends]\nbase_url = "http://x"', ['backends: expected an array, got a table']],
  ['a string for a number', '[server]\nport = "80"', ['server.port: expected an integer, got "80"']],
  ['a fraction for an integer', '[server]\nport = 80.5', ['server.port: expected an integer, got 80.5']],
  ['a number for a string', '[server]\nhost = 1', ['server.host: expected a string, got 1']],
  ['a string for a boolean', '[metrics]\nenabled = "yes"', ['metrics.enabled: expected true or false, got "yes"']],
  ['a value for a table', 'server = 1', ['server: expected a table, got 1']],
  ['a value for an element that is a table', 'backends = [5]', ['backends[0]: expected a table, got 5']],
  [
    'infinity',
    '[[backends]]\nbase_url = "http://x"\ntimeout_secs = inf',
    ['backends[0].timeout_secs: expected a number'],
  ],
  ['a table for a value', '[server.port]', ['server.port: expected an integer, got a table']],
  ['a date', '[server]\nhost = 2020-01-01', ['server.host: no setting is a date or time; put text in quotes']],
  ['a date for a table', 'server = 2020-01-01', ['server: no setting is a date or time; put text in quotes']],
  [
    'a secret of a wrong type is not shown',
    '[auth]\napi_key = 1234',
    ['auth.api_key: expected a string, got a number'],
  ],
  [
    'an element of a wrong type',
    '[[backends]]\nbase_url = "http://x"\ncomponent_ids = ["a", 5]',
    ['backends[0].component_ids[1]: expected a string, got 5'],
  ],
  ['a port that is too high', '[server]\nport = 65536', ['server.port: must be at most 65535, got 65536']],
  ['a negative port', '[server]\nport = -1', ['server.port: must be at least 0, got -1']],
  ['an empty host', '[server]\nhost = ""', ['server.host: must not be empty']],
  ['an unknown level', '[logging]\nlevel = "loud"', ['logging.level: expected "trace", "debug",']],
  ['an unknown format', '[logging]\nformat = "xml"', ['logging.format: expected "text" or "json", got "xml"']],
  ['a label that no header can hold', '[server]\ndeployment_label = "a b"', ['server.deployment_label: must match']],
  ['authentication of nobody', '[auth]\nenabled = true', ['auth.enabled: nobody could be let in: set api_key, ']],
  ['DLT', '[dlt]\nenabled = true', ['dlt.enabled: DLT is not available in this version']],
  ['package verification', '[firmware]\nverify = true', ['firmware.verify: the verification of packages is not']],
  ['traces', '[logging]\notlp_endpoint = "http://x"', ['logging.otlp_endpoint: the export of traces is not available']],
  ['another metrics path', '[metrics]\npath = "/m"', ['metrics.path: another path for the metrics is not available']],
  ['durable storage', '[storage]\nbackend = "sled"', ['storage.backend: durable storage is not available']],
  ['an unknown storage', '[storage]\nbackend = "x"', ['storage.backend: expected "memory" or "sled", got "x"']],
  ['Vault', '[secrets]\nprovider = "vault"', ['secrets.provider: Vault is not available in this version']],
  [
    'SOME/IP services',
    '[[someip.offered_services]]\nservice_id = 1\n[[someip.consumed_services]]\nservice_id = 2',
    [
      'someip.offered_services: offering SOME/IP services is not available in this version; leave it out',
      'someip.consumed_services: consuming SOME/IP services is not available in this version; leave it out',
    ],
  ],
]

for (const [name, toml, expected] of WRONG) {
  test(`refuses ${name}`, () => {
    const made = configured(toml)
    assert.ok(!('config' in made), 'it was accepted')
    assert.equal(made.length, expected.length, made.join('\n'))
    for (const [index, start] of expected.entries()) assert.equal(made[index]?.slice(0, start.length), start)
  })
}

test('all problems are reported together, with the lines they are on', (t) => {
  const file = fileWith(
    t,
    [
      '[server]',
      'port = "x"',
      'colour = "red"',
      '[auth]',
      'enabled = true',
      '[[backends]]',
      'base_url = "http://127.0.0.1:3001"',
      '[[backends]]',
      'base_url = "ftp://127.0.0.1"',
      'timeout_secs = 0',
    ].join('\n'),
  )
  const problems = problemsOf(() => loadConfig({ document: readDocument(file), env: { SOVD__NO__SUCH: '1' } }))
  assert.deepEqual(
    problems
      .map((problem) => `${problem.split(': ', 1)[0]} ${/\(([^()]*)\)$/.exec(problem)?.[1]?.replace(file, 'F')}`)
      .sort(),
    [
      'auth.enabled F:5',
      'backends[1].base_url F:9',
      'backends[1].timeout_secs F:10',
      'server.colour F:3',
      'server.port F:2',
      'there is no section "no" (SOVD__NO__SUCH) SOVD__NO__SUCH',
    ],
  )
})

test('a value of a wrong type is not reported a second time for what is built on it', () => {
  assert.deepEqual(configured('[server]\ncert_path = 1\nkey_path = "/none"'), [
    'server.cert_path: expected a string, got 1',
    'server.key_path: /none cannot be read: no such file',
  ])
})

test('a text that is not TOML is reported with line and column', (t) => {
  const file = fileWith(t, '[server]\nport =\n')
  assert.deepEqual(
    problemsOf(() => readDocument(file)),
    [`not TOML: invalid value (${file}:2:7)`],
  )
})

test('a named file that is missing is a problem', () => {
  assert.deepEqual(
    problemsOf(() => readDocument('/no/such/file.toml')),
    ['cannot be read: no such file (/no/such/file.toml)'],
  )
})

test('options of the command line beat the environment, and the environment beats the file', (t) => {
  const document = () => readDocument(fileWith(t, '[server]\nport = 1\nhost = "::1"'))
  const env = { SOVD__SERVER__PORT: '2' }
  const options = [{ path: ['server', 'port'], value: 3, source: '--port' }]
  assert.equal(loadConfig({ document: document(), env: {} }).config.server.port, 1)
  assert.equal(loadConfig({ document: document(), env }).config.server.port, 2)
  const { server } = loadConfig({ document: document(), env, options }).config
  assert.deepEqual([server.port, server.host], [3, '::1'])
})

test('the deployment label is that of the file, else that of the environment', () => {
  const env = { SOVD_DEPLOYMENT_LABEL: 'green' }
  const label = (toml: string) => configuredWell(toml, env).config.server.deploymentLabel
  assert.equal(label(''), 'green')
  assert.equal(label('[server]\ndeployment_label = "blue"'), 'blue')
  assert.equal(configuredWell('', { SOVD_DEPLOYMENT_LABEL: '' }).config.server.deploymentLabel, 'default')
  assert.deepEqual(configured('', { SOVD_DEPLOYMENT_LABEL: 'a b' }), [
    'server.deployment_label: must match ^[!-~]{1,128}$, got "a b" (SOVD_DEPLOYMENT_LABEL)',
  ])
})
