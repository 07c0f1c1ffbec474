import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryFolder } from '@opensovd/base/testing'
import { certificate, configured, configuredWell } from '../testing/config.ts'

const SECRET = 'x'.repeat(32)
const KEY = 'a-key-of-16-chars'
const HASH = `scrypt:${Buffer.alloc(16, 1).toString('base64')}:${Buffer.alloc(32, 2).toString('base64')}`
const folder = temporaryFolder({ after })

function keyFile(name: string, modulusLength: number, type: 'public' | 'private'): string {
  const file = join(folder, name)
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength })
  const pem =
    type === 'public'
      ? publicKey.export({ type: 'spki', format: 'pem' })
      : privateKey.export({ type: 'pkcs8', format: 'pem' })
  writeFileSync(file, pem)
  return file
}

const publicKey = keyFile('public.pem', 2048, 'public')
const on = (settings: string) => `[auth]\nenabled = true\n${settings}`

test('authentication is off unless it is switched on', () => {
  assert.equal(configuredWell('').config.auth, undefined)
})

test('everything that can be configured arrives', () => {
  const { config, warnings } = configuredWell(
    `[server]
     cert_path = "${certificate('server.pem')}"
     key_path = "${certificate('server.key')}"
     client_ca_path = "${certificate('ca.pem')}"
     ${on(`
     api_key = "${KEY}"
     api_key_roles = ["viewer"]
     jwt_secret = "${SECRET}"
     jwt_issuer = "i"
     jwt_audience = "a"
     oidc_issuer_url = "https://id.example"
     certificate_roles = ["battery"]
     public_paths = ["/healthz"]
     token_secs = 60
     roles = [{ name = "battery", permissions = ["data:*"], components = ["bms"] }]
     clients = [{ id = "c", secret_hash = "${HASH}", roles = ["battery", "viewer"] }]`)}`,
    { SOVD__AUTH__CLIENTS__1__ID: 'd', SOVD__AUTH__CLIENTS__1__SECRET: 'sixteen-letters-or-more' },
  )
  assert.deepEqual(warnings, [])
  assert.deepEqual(config.auth, {
    apiKey: { key: KEY, roles: ['viewer'] },
    tokens: { algorithm: 'HS256', secret: SECRET },
    issuer: 'i',
    audience: 'a',
    oidc: { issuerUrl: 'https://id.example' },
    certificateRoles: ['battery'],
    publicPaths: ['/healthz'],
    tokenSeconds: 60,
    roles: [{ name: 'battery', permissions: ['data:*'], components: ['bms'] }],
    clients: [
      {
        id: 'c',
        secret: {
          kind: 'scrypt',
          salt: Buffer.alloc(16, 1).toString('base64'),
          hash: Buffer.alloc(32, 2).toString('base64'),
        },
        roles: ['battery', 'viewer'],
      },
      { id: 'd', secret: { kind: 'plain', text: 'sixteen-letters-or-more' }, roles: [] },
    ],
  })
})

test('the public key of RS256 is loaded', () => {
  const { config } = configuredWell(on(`jwt_algorithm = "RS256"\njwt_public_key_path = "${publicKey}"`))
  assert.deepEqual(config.auth?.tokens, { algorithm: 'RS256', publicKey: readFileSync(publicKey, 'utf8') })
})

const client = (more: string) => `clients = [{ id = "c", ${more} }]`
const role = (more: string) => `api_key = "${KEY}"\nroles = [{ name = "r", ${more} }]`

const WRONG: readonly (readonly [name: string, toml: string, problems: readonly string[]])[] = [
  ['nobody who could be let in', on(''), ['auth.enabled: nobody could be let in: set api_key,']],
  [
    'roles, and nobody who could have one',
    on('roles = [{ name = "r", permissions = ["*"] }]'),
    ['auth.enabled: nobody'],
  ],
  ['a short API key', on('api_key = "short"'), ['auth.api_key: must be at least 16 printable']],
  ['an API key that no header can hold', on('api_key = "sixteen letters with spaces"'), ['auth.api_key: must be']],
  [
    'a role that does not exist',
    on(`api_key = "${KEY}"\napi_key_roles = ["root"]`),
    ['auth.api_key_roles[0]: there is no role "root", only viewer, tester, admin'],
  ],
  ['a short secret', on('jwt_secret = "short"'), ['auth.jwt_secret: must have at least 32 bytes for HS256']],
  [
    'a secret that is short for its algorithm',
    on(`jwt_secret = "${SECRET}"\njwt_algorithm = "HS512"`),
    ['auth.jwt_secret: must have at least 64 bytes for HS512'],
  ],
  [
    'no signature at all',
    on(`jwt_secret = "${SECRET}"\njwt_algorithm = "none"`),
    ['auth.jwt_algorithm: expected "HS256"'],
  ],
  [
    'RS256 with a secret',
    on(`jwt_secret = "${SECRET}"\njwt_algorithm = "RS256"`),
    [
      'auth.jwt_secret: is not for RS256, which needs jwt_public_key_path',
      'auth.jwt_algorithm: RS256 needs jwt_public_key_path',
    ],
  ],
  [
    'a public key for an HMAC',
    on(`jwt_public_key_path = "${publicKey}"`),
    ['auth.jwt_public_key_path: is not for HS256, only for RS256'],
  ],
  [
    'a private key',
    on(`jwt_algorithm = "RS256"\njwt_public_key_path = "${keyFile('private.pem', 2048, 'private')}"`),
    [`auth.jwt_public_key_path: ${folder}/private.pem holds a private key; the gateway needs the public one only`],
  ],
  [
    'a weak key',
    on(`jwt_algorithm = "RS256"\njwt_public_key_path = "${keyFile('weak.pem', 1024, 'public')}"`),
    [`auth.jwt_public_key_path: ${folder}/weak.pem holds no RSA key of at least 2048 bits`],
  ],
  [
    'a key that is not there',
    on('jwt_algorithm = "RS256"\njwt_public_key_path = "/none"'),
    ['auth.jwt_public_key_path: /none cannot be read: no such file'],
  ],
  [
    'a key and a provider',
    on(
      `jwt_algorithm = "RS256"\njwt_public_key_path = "${publicKey}"\noidc_issuer_url = "https://id.example"\njwt_audience = "a"`,
    ),
    ['auth.jwt_public_key_path: makes no sense together with oidc_issuer_url'],
  ],
  [
    'a provider without TLS',
    on('oidc_issuer_url = "http://id.example"'),
    ['auth.oidc_issuer_url: expected an address'],
  ],
  [
    'certificates that nobody shows',
    on('certificate_roles = ["viewer"]'),
    ['auth.certificate_roles: need server.client_ca_path'],
  ],
  [
    'paths that are none',
    on(`api_key = "${KEY}"\npublic_paths = ["healthz", "/x?y", "/x/*", "/ok"]`),
    [
      'auth.public_paths[0]: expected a whole path',
      'auth.public_paths[1]: expected a whole path',
      'auth.public_paths[2]: expected a whole path',
    ],
  ],
  ['a client without a secret', on(client('roles = []')), ['auth.clients[0]: needs either secret or secret_hash']],
  [
    'a client with two secrets',
    on(client(`secret = "${SECRET}", secret_hash = "${HASH}"`)),
    ['auth.clients[0]: needs either secret or secret_hash'],
  ],
  ['a short secret of a client', on(client('secret = "short"')), ['auth.clients[0].secret: must have at least 16']],
  [
    'a hash that is none',
    on(client('secret_hash = "scrypt:AA==:AA=="')),
    ['auth.clients[0].secret_hash: expected scrypt'],
  ],
  ['a client without a name', on(`clients = [{ secret = "${SECRET}" }]`), ['auth.clients[0].id: expected 1 to 128']],
  [
    'two clients of one name',
    on(`clients = [{ id = "c", secret = "${SECRET}" }, { id = "c", secret = "${SECRET}" }]`),
    ['auth.clients[1].id: there is a client c already'],
  ],
  ['a role without permissions', on(role('permissions = []')), ['auth.roles[0].permissions: must name at least one']],
  [
    'a permission that is none',
    on(role('permissions = ["data"]')),
    ['auth.roles[0].permissions[0]: expected data:read'],
  ],
  [
    'a permission that does not exist',
    on(role('permissions = ["dat:read"]')),
    ['auth.roles[0].permissions[0]: there is no such permission as dat:read'],
  ],
  [
    'a role for no component',
    on(role('permissions = ["*"], components = []')),
    ['auth.roles[0].components: must name at least one, or be left out'],
  ],
  [
    'authentication that is off from the beginning',
    `${on(`api_key = "${KEY}"`)}\n[features]\ndisabled = ["auth"]`,
    ['features.disabled: has auth although auth.enabled is true'],
  ],
  ['a misspelt switch', '[auth]\nenable = true', ['auth.enable: unknown setting; did you mean enabled?']],
]

for (const [name, toml, expected] of WRONG) {
  test(`refuses ${name}`, () => {
    const made = configured(toml)
    assert.ok(!('config' in made), 'it was accepted')
    assert.equal(made.length, expected.length, made.join('\n'))
    for (const [index, start] of expected.entries()) assert.equal(made[index]?.slice(0, start.length), start)
  })
}

test('secrets are in no message', () => {
  const made = configured(on('api_key = "hush"\njwt_secret = "hush"\nclients = [{ id = "c", secret = "hush" }]'))
  assert.ok(!('config' in made) && made.length === 3)
  assert.ok(!made.join().includes('hush'))
})

function warningsOf(toml: string): readonly string[] {
  return configuredWell(toml).warnings.map(({ path, message }) => `${path}: ${message}`)
}

test('warns of credentials that go over the network in clear', () => {
  const open = `[server]\nhost = "0.0.0.0"\n`
  assert.deepEqual(warningsOf(open + on(`api_key = "${KEY}"`)), [
    'server.host: credentials go to 0.0.0.0 without TLS, for everybody on the way to read',
  ])
  const tls = `cert_path = "${certificate('server.pem')}"\nkey_path = "${certificate('server.key')}"\n`
  assert.deepEqual(warningsOf(open + tls + on(`api_key = "${KEY}"`)), [])
})

test('warns of a provider whose tokens are hardly ever good', () => {
  const [warning] = warningsOf(on('oidc_issuer_url = "https://id.example"'))
  assert.match(String(warning), /^auth.oidc_issuer_url: without jwt_audience only tokens that are for nobody/)
})

test('warns of clients and roles that have no effect', () => {
  assert.deepEqual(warningsOf(`[auth]\nclients = [{ id = "c" }]\nroles = [{ name = "r" }]`), [
    'auth.clients: has no effect: auth.enabled is false',
    'auth.roles: has no effect: auth.enabled is false',
  ])
})
