import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { certificate, configured, configuredWell } from '../testing/config.ts'

const cert = certificate('server.pem')
const key = certificate('server.key')
const ca = certificate('ca.pem')

test('certificates and keys are loaded', () => {
  const { config } = configuredWell(`[server]\ncert_path = "${cert}"\nkey_path = "${key}"\nclient_ca_path = "${ca}"`)
  assert.deepEqual(config.server.tls, {
    cert: readFileSync(cert, 'utf8'),
    key: readFileSync(key, 'utf8'),
    clientCa: readFileSync(ca, 'utf8'),
  })
})

const WRONG_FILES: readonly (readonly [name: string, settings: Record<string, string>, problems: readonly string[]])[] =
  [
    ['a certificate without a key', { cert_path: cert }, ['server.cert_path: needs server.key_path as well']],
    ['a key without a certificate', { key_path: key }, ['server.key_path: needs server.cert_path as well']],
    [
      'client certificates without TLS',
      { client_ca_path: ca },
      ['server.client_ca_path: needs server.cert_path and server.key_path as well'],
    ],
    [
      'files that are missing',
      { cert_path: '/none.pem', key_path: '/none.key', client_ca_path: '/none' },
      [
        'server.cert_path: /none.pem cannot be read: no such file',
        'server.key_path: /none.key cannot be read: no such file',
        'server.client_ca_path: /none cannot be read: no such file',
      ],
    ],
    ['a directory', { cert_path: '/', key_path: key }, ['server.cert_path: / cannot be read: it is a directory']],
    [
      'a key in the place of a certificate',
      { cert_path: key, key_path: key },
      [`server.cert_path: ${key} holds no PEM certificate`],
    ],
    [
      'a certificate in the place of a key',
      { cert_path: cert, key_path: cert },
      [`server.key_path: ${cert} holds no unencrypted PEM private key: `],
    ],
    [
      'an encrypted key',
      { cert_path: cert, key_path: certificate('encrypted.key') },
      [`server.key_path: ${certificate('encrypted.key')} holds no unencrypted PEM private key: `],
    ],
    [
      'the key of another certificate',
      { cert_path: cert, key_path: certificate('client.key') },
      [`server.key_path: is not the key of the certificate in ${cert}`],
    ],
  ]

for (const [name, settings, expected] of WRONG_FILES) {
  test(`refuses ${name}`, () => {
    const lines = Object.entries(settings).map(([setting, value]) => `${setting} = "${value}"`)
    const made = configured(`[server]\n${lines.join('\n')}`)
    assert.ok(!('config' in made), 'it was accepted')
    assert.equal(made.length, expected.length, made.join('\n'))
    for (const [index, start] of expected.entries()) assert.equal(made[index]?.slice(0, start.length), start)
  })
}

for (const host of ['127.0.0.1', '0.0.0.0', '::', '::1', 'fe80::1%eth0', 'localhost', 'gateway.vehicle.local']) {
  test(`accepts ${host} as a host`, () => {
    assert.equal(configuredWell(`[server]\nhost = "${host}"`).config.server.host, host)
  })
}

for (const host of ['[::1]', 'a b', 'http://x', '127.0.0.1:80', '-x', 'a..b', '0.0.0.0/0']) {
  test(`refuses ${host} as a host`, () => {
    assert.deepEqual(configured(`[server]\nhost = "${host}"`), [
      `server.host: expected an IP address or a host name, got "${host}"`,
    ])
  })
}

for (const base of ['/sovd/v1', '/x', '/vehicle/v1.0', '/metricsx', '/openapi.jsonx/y']) {
  test(`accepts ${base} as the base of the native contract`, () => {
    assert.equal(configuredWell(`[api]\nnative_base = "${base}"`).config.server.nativeBase, base)
  })
}

for (const base of ['', '/', 'sovd', '/sovd/', '//sovd', '/a b', '/a/../b', '/.', '/a?b', '/{x}', '/:x', '/*']) {
  test(`refuses ${base === '' ? 'nothing' : base} as the base of the native contract`, () => {
    assert.deepEqual(configured(`[api]\nnative_base = "${base}"`), [
      `api.native_base: expected a path such as /sovd/v1, without a slash at its end, got "${base}"`,
    ])
  })
}

for (const [base, taken] of [
  ['/metrics', '/metrics'],
  ['/healthz/v1', '/healthz'],
  ['/readyz', '/readyz'],
  ['/openapi.json', '/openapi.json'],
]) {
  test(`refuses ${base}, which is served already, as the base of the native contract`, () => {
    assert.deepEqual(configured(`[api]\nnative_base = "${base}"`), [`api.native_base: ${base} collides with ${taken}`])
  })
}

test('refuses one base for two contracts', () => {
  assert.deepEqual(configured('[api]\nnative_base = "/vehicle/v1"'), [
    'api.iso_base: /vehicle/v1 is the base of the native contract already',
  ])
})

for (const origin of ['tool.example', 'https://tool.example/', 'https://tool.example/x', 'ftp:', '']) {
  test(`refuses "${origin}" as an origin`, () => {
    const made = configured(`[auth]\ncors_origins = ["*", "${origin}"]`)
    assert.deepEqual(made, [
      `auth.cors_origins[1]: expected an origin such as https://tool.example:8443, got "${origin}"`,
    ])
  })
}

function warningsOf(toml: string): readonly string[] {
  return configuredWell(toml).warnings.map(({ path, message }) => `${path}: ${message}`)
}

test('warns loudly when others than this machine can reach the gateway', () => {
  for (const host of ['0.0.0.0', '::', '192.168.0.1', 'gateway.local']) {
    assert.match(
      warningsOf(`[server]\nhost = "${host}"`).join(),
      /^server.host: LISTENING ON .* WITHOUT AUTHENTICATION/,
    )
  }
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
    assert.deepEqual(warningsOf(`[server]\nhost = "${host}"`), [])
  }
})

test('does not warn when only clients with a certificate are served', () => {
  const tls = `cert_path = "${cert}"\nkey_path = "${key}"`
  assert.equal(warningsOf(`[server]\nhost = "0.0.0.0"\n${tls}`).length, 1)
  assert.deepEqual(warningsOf(`[server]\nhost = "0.0.0.0"\n${tls}\nclient_ca_path = "${ca}"`), [])
})

test('warns of credentials that nobody has to show', () => {
  assert.deepEqual(warningsOf('[auth]\napi_key = "k"\njwt_secret = "s"\noidc_issuer_url = "https://i.example"'), [
    'auth.api_key: has no effect: auth.enabled is false',
    'auth.jwt_secret: has no effect: auth.enabled is false',
    'auth.oidc_issuer_url: has no effect: auth.enabled is false',
  ])
})
