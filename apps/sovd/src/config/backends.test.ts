import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { certificate, configured, configuredWell, sovdBackends } from '../testing/config.ts'

function backend(settings: Record<string, string | boolean>): string {
  return `[[backends]]\n${Object.entries(settings)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
    .join('')}`
}

test('a backend without a name is named after its address', () => {
  const addresses = ['http://ecu:3001', 'http://ecu', 'https://ecu/x', 'http://[::1]:80/']
  const toml = addresses.map((address) => backend({ base_url: address })).join('')
  const names = configuredWell(toml).config.backends.map(({ name }) => name)
  assert.deepEqual(names, ['ecu:3001', 'ecu:80', 'ecu:443', '[::1]:80'])
})

test('slashes at the end of an address and of a prefix do not matter', () => {
  const [first] = sovdBackends(configuredWell(backend({ base_url: 'http://ecu:1/path/', api_prefix: '/sovd/v1/' })))
  assert.deepEqual([first?.baseUrl, first?.apiPrefix], ['http://ecu:1/path', '/sovd/v1'])
  const [bare] = sovdBackends(configuredWell(backend({ base_url: 'http://e', api_prefix: '/' })))
  assert.equal(bare?.apiPrefix, '')
})

test('what a backend is reached with over TLS is loaded', () => {
  const [cert, key, ca] = ['client.pem', 'client.key', 'ca.pem'].map(certificate)
  assert.ok(cert !== undefined && key !== undefined && ca !== undefined)
  const loaded = configuredWell(
    backend({ base_url: 'https://ecu', client_cert_path: cert, client_key_path: key, ca_cert_path: ca }),
  )
  assert.deepEqual(sovdBackends(loaded)[0]?.tls, {
    cert: readFileSync(cert, 'utf8'),
    key: readFileSync(key, 'utf8'),
    ca: readFileSync(ca, 'utf8'),
    rejectUnauthorized: true,
  })
})

test('accepting any certificate is done with a warning', () => {
  const loaded = configuredWell(backend({ base_url: 'https://ecu', danger_accept_invalid_certs: true }))
  const { warnings } = loaded
  assert.deepEqual(sovdBackends(loaded)[0]?.tls, { rejectUnauthorized: false })
  assert.match(warnings[0]?.message ?? '', /ANY CERTIFICATE IS ACCEPTED/)
})

const WRONG: readonly (readonly [name: string, toml: string, problems: readonly string[]])[] = [
  ['a backend without address', backend({ name: 'a' }), ['backends[0].base_url: is required']],
  ...['ecu:3001', 'ftp://ecu', 'http://', 'http:ecu', 'http://a b'].map(
    (address) =>
      [
        `the address ${address}`,
        backend({ base_url: address }),
        [`backends[0].base_url: must be an http:// or https:// address, got "${address}"`],
      ] as const,
  ),
  [
    'a password in the address',
    backend({ base_url: 'http://u:p@ecu' }),
    ['backends[0].base_url: must not hold a user or a password'],
  ],
  [
    'a query in the address',
    backend({ base_url: 'http://ecu/?a=1' }),
    ['backends[0].base_url: must end with its path, got "http://ecu/?a=1"'],
  ],
  [
    'a prefix that is no path',
    backend({ base_url: 'http://ecu', api_prefix: 'sovd' }),
    ['backends[0].api_prefix: expected a path such as /sovd/v1, got "sovd"'],
  ],
  [
    'a token that would break the header, without showing it',
    backend({ base_url: 'http://ecu', bearer_token: 'a\nb' }),
    ['backends[0].bearer_token: has characters that a bearer token cannot have [RFC 6750 2.1]'],
  ],
  [
    'an id that no component can have',
    '[[backends]]\nbase_url = "http://ecu"\ncomponent_ids = ["bms", "a/b"]',
    ['backends[0].component_ids[1]: expected the id of a component, got "a/b"'],
  ],
  [
    'an unknown kind',
    backend({ base_url: 'http://ecu', type: 'can' }),
    ['backends[0].type: expected "sovd", "cda" or "doip", got "can"'],
  ],
  [
    'an unknown dialect',
    backend({ base_url: 'http://ecu', dialect: 'x' }),
    ['backends[0].dialect: expected "auto", "native" or "iso", got "x"'],
  ],
  [
    'no concurrency',
    '[[backends]]\nbase_url = "http://ecu"\nmax_concurrency = 0',
    ['backends[0].max_concurrency: must be at least 1, got 0'],
  ],
  [
    'a timeout of nothing',
    '[[backends]]\nbase_url = "http://ecu"\ntimeout_secs = 0',
    ['backends[0].timeout_secs: must be above 0, got 0'],
  ],
  [
    'a refresh without pause',
    '[[backends]]\nbase_url = "http://ecu"\nrefresh_secs = 0',
    ['backends[0].refresh_secs: must be above 0, got 0'],
  ],
  [
    'the same name twice',
    backend({ base_url: 'http://a', name: 'x' }) + backend({ base_url: 'http://b', name: 'x' }),
    ['backends[1].name: is "x", as that of backends[0]; give each backend its own'],
  ],
  [
    'the same address twice without names',
    backend({ base_url: 'http://a:1' }) + backend({ base_url: 'http://a:1/', api_prefix: '/other' }),
    ['backends[1].name: is "a:1", as that of backends[0]; give each backend its own'],
  ],
  [
    'a client certificate without its key',
    backend({ base_url: 'https://a', client_cert_path: certificate('client.pem') }),
    ['backends[0].client_cert_path: needs backends[0].client_key_path as well'],
  ],
  [
    'a client key without its certificate',
    backend({ base_url: 'https://a', client_key_path: certificate('client.key') }),
    ['backends[0].client_key_path: needs backends[0].client_cert_path as well'],
  ],
  [
    'authorities that are missing',
    backend({ base_url: 'https://a', ca_cert_path: '/none' }),
    ['backends[0].ca_cert_path: /none cannot be read: no such file'],
  ],
  [
    'TLS settings without TLS',
    backend({ base_url: 'http://a', ca_cert_path: certificate('ca.pem') }),
    ['backends[0].ca_cert_path: makes no sense without https:// in backends[0].base_url'],
  ],
]

for (const [name, toml, expected] of WRONG) {
  test(`refuses ${name}`, () => assert.deepEqual(configured(toml), expected))
}
