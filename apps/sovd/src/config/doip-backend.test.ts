import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificate, configured, configuredWell } from '../testing/config.ts'
import type { DoipBackendConfig } from './doip-backend.ts'

const BARE = '[[backends]]\ntype = "doip"\nhost = "10.0.0.1"\ndescription = "ecus.yaml"\n'

function doip(toml: string): DoipBackendConfig {
  const [backend] = configuredWell(toml).config.backends
  assert.ok(backend?.type === 'doip')
  return backend
}

test('host and description are enough', () => {
  const backend = doip(BARE)
  assert.equal(backend.name, '10.0.0.1:13400')
  assert.deepEqual(backend.connection, {
    host: '10.0.0.1',
    port: 13_400,
    testerAddress: 0x0e80,
    activationType: 0,
    protocolVersion: 2,
    acknowledge: 'wait',
    timing: { connectMs: 10_000, controlMs: 2000, acknowledgeMs: 2000 },
  })
  assert.deepEqual(backend.uds, {
    busyRepeats: 3,
    timing: { p2Ms: 50, p2StarMs: 5000, marginMs: 250, pendingLimitMs: 300_000 },
  })
  assert.deepEqual([backend.presenceMs, backend.testerPresentMs, backend.sessionIdleMs], [5000, 2000, 300_000])
  assert.deepEqual([backend.memory, backend.interlocks, backend.isRawAllowed, backend.refusals], [[], [], false, []])
})

test('what a maker wants in the routing activation is given', () => {
  const { connection, activationOem } = doip(
    `${BARE}port = 1\nactivation_type = 0xe0\nactivation_oem = "0A0b0c0D"\nentity_address = 16`,
  )
  assert.equal(connection.port, 1)
  assert.equal(connection.activationType, 0xe0)
  assert.equal(activationOem, '0A0b0c0D')
  assert.equal(connection.entityAddress, 16)
})

test('a connection with TLS has its certificates, and another port', () => {
  const { name, connection } = doip(`${BARE}tls = true\nca_cert_path = "${certificate('ca.pem')}"\nserver_name = "ecu"`)
  assert.equal(name, '10.0.0.1:3496')
  assert.equal(connection.tls?.serverName, 'ecu')
  assert.match(connection.tls?.authorities ?? '', /BEGIN CERTIFICATE/)
})

test('refusals mean what the configuration says', () => {
  assert.deepEqual(doip(`${BARE}nrc = [{ code = 0x31, error = "not-found" }]`).refusals, [[0x31, 'not-found']])
})

test('letting any message through is a warning', () => {
  const { warnings } = configuredWell(`${BARE}raw_passthrough = true`)
  assert.match(warnings[0]?.message ?? '', /ANY MESSAGE/)
})

test('environment variables change settings of ECUs', () => {
  const { config } = configuredWell(BARE, { SOVD__BACKENDS__0__PORT: '13401', SOVD__BACKENDS__0__ECUS: 'a,b' })
  const [backend] = config.backends
  assert.ok(backend?.type === 'doip')
  assert.deepEqual([backend.connection.port, backend.ecuIds], [13401, ['a', 'b']])
})

const WRONG: readonly (readonly [name: string, toml: string, problems: readonly string[]])[] = [
  [
    'neither host nor description',
    '[[backends]]\ntype = "doip"',
    ['backends[0].host: is required', 'backends[0].description: is required'],
  ],
  [
    'four bytes that are not four',
    `${BARE}activation_oem = "00"`,
    ['backends[0].activation_oem: must match ^[0-9A-Fa-f]{8}$, got "00"'],
  ],
  [
    'a tester address that is too great',
    `${BARE}tester_address = 0x10000`,
    ['backends[0].tester_address: must be at most 65535, got 65536'],
  ],
  [
    'certificates without TLS',
    `${BARE}server_name = "x"`,
    ['backends[0].server_name: makes no sense without backends[0].tls'],
  ],
  [
    'two backends at one entity with one tester address',
    `${BARE}name = "a"\n${BARE}name = "b"`,
    ['backends[1].tester_address: is that of backends[0] at the same entity: give it another, or join them'],
  ],
  [
    'an interlock without condition',
    `${BARE}interlocks = [{ ecu = "a", data = "b" }]`,
    ['backends[0].interlocks[0]: needs equals, minimum or maximum'],
  ],
  [
    'an interlock with two conditions',
    `${BARE}interlocks = [{ power_mode_ready = true, ecu = "a", data = "b", equals = 0 }]`,
    ['backends[0].interlocks[0]: needs either power_mode_ready, or ecu and data'],
  ],
  [
    'an interlock on a table',
    `${BARE}interlocks = [{ ecu = "a", data = "b", equals = { c = 1 } }]`,
    ['backends[0].interlocks[0].equals: must be a number, a text, true or false'],
  ],
  ['a setting of another type', `${BARE}dialect = "auto"`, ['backends[0].dialect: unknown setting; there are']],
]
for (const [name, toml, expected] of WRONG) {
  test(`refuses ${name}`, () => {
    const problems = configured(toml)
    assert.ok(Array.isArray(problems))
    assert.equal(problems.length, expected.length)
    for (const [index, problem] of expected.entries()) assert.ok(problems[index]?.startsWith(problem), problems[index])
  })
}
