import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificate, configured, configuredWell } from '../testing/config.ts'

const TOKEN = 'abcdefghijklmnopqrstuvwxyz-012345'
/** By `sha256sum`. */
const TOKEN_SHA256 = 'f5ef3e42904b850ceca28ab2b24938bfcdf664bacbdcfdf8cbae2180b3378d72'
const RELAY = `
  [bridge]
  enabled = true
  listen_addr = "127.0.0.1:9443"
`
const VEHICLE = `
  [bridge]
  enabled = true
  connect_url = "wss://cloud.example:9443"
  vehicle_id = "car"
`
const CAR = `
  [[bridge.vehicles]]
  vehicle_id = "car"
  token = "${TOKEN}"
`
const TLS = `
  cert_path = "${certificate('server.pem')}"
  key_path = "${certificate('server.key')}"
`

test('there is no bridge unless that is asked for', () => {
  assert.equal(configuredWell('[bridge]\nlisten_addr = "x"').config.bridge, undefined)
})

test('a relay keeps of tokens what it can know them by', () => {
  const { config, warnings } = configuredWell(RELAY + CAR)
  assert.deepEqual(config.bridge, {
    role: 'relay',
    host: '127.0.0.1',
    port: 9443,
    heartbeatMs: 30_000,
    maxFrameBytes: 4_194_304,
    maxInFlight: 64,
    timeoutMs: 30_000,
    vehicles: [{ vehicleId: 'car', tokenSha256: TOKEN_SHA256 }],
  })
  assert.deepEqual(warnings, [])
})

test('the token of a vehicle can come from the environment, or be kept as a hash', () => {
  const { config } = configuredWell(
    `${RELAY}
    [[bridge.vehicles]]
    vehicle_id = "car"
    [[bridge.vehicles]]
    vehicle_id = "van"
    tenant_id = "fleet"
    token_hash = "sha256:${'0'.repeat(64)}"
    `,
    { SOVD__BRIDGE__VEHICLES__0__TOKEN: TOKEN },
  )
  assert.deepEqual(config.bridge?.role === 'relay' && config.bridge.vehicles, [
    { vehicleId: 'car', tokenSha256: TOKEN_SHA256 },
    { vehicleId: 'van', tenantId: 'fleet', tokenSha256: '0'.repeat(64) },
  ])
})

test('a relay can know vehicles by their certificates', () => {
  const { config } = configuredWell(`
    [bridge]
    enabled = true
    listen_addr = "[::]:0"
    client_ca_path = "${certificate('ca.pem')}"
    ${TLS}
    [[bridge.vehicles]]
    vehicle_id = "car"
    certificate = "client"
  `)
  assert.ok(config.bridge?.role === 'relay')
  const { host, port, tls, vehicles } = config.bridge
  assert.deepEqual([host, port], ['::', 0])
  assert.deepEqual(Object.keys(tls ?? {}), ['cert', 'key', 'clientCa'])
  assert.deepEqual(vehicles, [{ vehicleId: 'car', certificateName: 'client' }])
})

test('a vehicle connects with what it shows, and says that it lets everybody do everything', () => {
  const { config, warnings } = configuredWell(VEHICLE, { SOVD__BRIDGE__TOKEN: TOKEN })
  assert.deepEqual(config.bridge, {
    role: 'vehicle',
    url: 'wss://cloud.example:9443/',
    vehicleId: 'car',
    token: TOKEN,
    tls: {},
    heartbeatMs: 30_000,
    backoffMs: 5000,
    maxAttempts: 0,
    maxFrameBytes: 4_194_304,
    maxInFlight: 64,
  })
  assert.match(warnings[0]?.message ?? '', /^WITHOUT AUTHENTICATION: /)
  const guarded = `[auth]\nenabled = true\napi_key = "0123456789abcdef"\n${VEHICLE}`
  assert.deepEqual(configuredWell(guarded, { SOVD__BRIDGE__TOKEN: TOKEN }).warnings, [])
})

test('without TLS a bridge is for this machine, unless that is wanted', () => {
  const relay = (more: string) => `[bridge]\nenabled = true\nlisten_addr = "0.0.0.0:9443"\n${more}\n${CAR}`
  assert.deepEqual(configured(relay('')), [
    'bridge.listen_addr: needs cert_path and key_path where others can reach it, or allow_plain = true',
  ])
  assert.match(configuredWell(relay('allow_plain = true')).warnings[0]?.message ?? '', /^WITHOUT TLS ON 0\.0\.0\.0: /)
  const vehicle = (host: string, more = '') =>
    `[bridge]\nenabled = true\nconnect_url = "ws://${host}:1"\nvehicle_id = "car"\ntoken = "${TOKEN}"\n${more}`
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) assert.ok('config' in configured(vehicle(host)), host)
  assert.deepEqual(configured(vehicle('cloud.example')), [
    'bridge.connect_url: expected wss:// where others are on the way, or allow_plain = true',
  ])
  assert.match(
    configuredWell(vehicle('cloud.example', 'allow_plain = true')).warnings[1]?.message ?? '',
    /^WITHOUT TLS/,
  )
})

const WRONG: readonly (readonly [name: string, toml: string, problem: string])[] = [
  ['neither end', '[bridge]\nenabled = true', 'bridge.enabled: needs listen_addr, for a relay, or connect_url'],
  [
    'both ends',
    `${RELAY}connect_url = "wss://x"`,
    'bridge.connect_url: is for a vehicle, and listen_addr for a relay;',
  ],
  ['a relay for nobody', RELAY, 'bridge.vehicles: are needed: nobody could connect'],
  [
    'an address without a port',
    `[bridge]\nenabled = true\nlisten_addr = "::1"\n${CAR}`,
    'bridge.listen_addr: expected host:port',
  ],
  [
    'a port that is none',
    `[bridge]\nenabled = true\nlisten_addr = "a:70000"\n${CAR}`,
    'bridge.listen_addr: expected host:port',
  ],
  [
    'a relay with a vehicle_id',
    `${RELAY}vehicle_id = "car"\n${CAR}`,
    'bridge.vehicle_id: is for a vehicle, and this is a relay',
  ],
  [
    'a vehicle without credentials',
    `${RELAY}[[bridge.vehicles]]\nvehicle_id = "car"`,
    'bridge.vehicles[0]: needs token, token_hash or certificate',
  ],
  [
    'a short token',
    `${RELAY}[[bridge.vehicles]]\nvehicle_id = "car"\ntoken = "short"`,
    'bridge.vehicles[0].token: must have at least 32',
  ],
  [
    'a token that cannot be sent',
    `${RELAY}[[bridge.vehicles]]\nvehicle_id = "car"\ntoken = "${'a b'.repeat(20)}"`,
    'bridge.vehicles[0].token: has characters that a bearer token cannot have',
  ],
  [
    'a hash that is none',
    `${RELAY}[[bridge.vehicles]]\nvehicle_id = "car"\ntoken_hash = "x"`,
    'bridge.vehicles[0].token_hash: expected sha256:',
  ],
  [
    'a strange id',
    `${RELAY}[[bridge.vehicles]]\nvehicle_id = "a/b"\ntoken = "${TOKEN}"`,
    'bridge.vehicles[0].vehicle_id: expected 1 to 128',
  ],
  [
    'a certificate that nobody shows',
    `${RELAY}[[bridge.vehicles]]\nvehicle_id = "car"\ncertificate = "car"`,
    'bridge.vehicles[0].certificate: needs bridge.client_ca_path',
  ],
  [
    'a vehicle without an id',
    `[bridge]\nenabled = true\nconnect_url = "wss://x"\ntoken = "${TOKEN}"`,
    'bridge.vehicle_id: expected 1 to 128',
  ],
  ['a vehicle that shows nothing', VEHICLE, 'bridge.connect_url: needs token, or cert_path and key_path'],
  [
    'a vehicle that is a relay, too',
    `${VEHICLE}token = "${TOKEN}"\n${CAR}`,
    'bridge.vehicles: are for a relay, and this is a vehicle',
  ],
  [
    'an address of another kind',
    `[bridge]\nenabled = true\nconnect_url = "https://x"\nvehicle_id = "car"\ntoken = "${TOKEN}"`,
    'bridge.connect_url: expected an address such as wss://',
  ],
  [
    'a password in an address',
    `[bridge]\nenabled = true\nconnect_url = "wss://a:b@x"\nvehicle_id = "car"\ntoken = "${TOKEN}"`,
    'bridge.connect_url: must not hold a user or a password',
  ],
  [
    'a key without its certificate',
    `${RELAY}key_path = "${certificate('server.key')}"\n${CAR}`,
    'bridge.key_path: needs bridge.cert_path',
  ],
]

for (const [name, toml, problem] of WRONG) {
  test(`refuses ${name}`, () => {
    const problems = configured(toml)
    assert.ok(!('config' in problems), 'it was accepted')
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.equal(problems[0]?.slice(0, problem.length), problem)
  })
}

test('two vehicles cannot have one id or one token', () => {
  assert.deepEqual(configured(RELAY + CAR + CAR), [
    'bridge.vehicles[1]: has the vehicle_id of bridge.vehicles[0]',
    'bridge.vehicles[1]: has the token of bridge.vehicles[0]',
  ])
})

test('no token is ever shown', () => {
  const secret = 'a-secret-that-must-not-be-shown'
  const problems = configured(`${RELAY}[[bridge.vehicles]]\nvehicle_id = "car"\ntoken = "${secret}"`)
  assert.ok(Array.isArray(problems) && !problems.join().includes(secret))
})
