import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configFile, run } from './program.ts'

const WRONG = `[server]
port = "http"
colour = "red"
[auth]
enabled = true
[[backends]]
name = "ecu"
`

function problemsIn(stderr: string, file: string): readonly string[] {
  return stderr.replaceAll(file, 'FILE').trimEnd().split('\n')
}

for (const command of [['serve', '--config'], ['check-config']]) {
  test(`${command.join(' ')} lists all problems, starts nothing and exits with 2`, async (t) => {
    const file = configFile(t, WRONG)
    const { code, stdout, stderr } = await run(t, [...command, file], { env: { SOVD__METRICS__ENABLED: 'maybe' } })
    assert.deepEqual([code, stdout], [2, ''])
    assert.deepEqual(problemsIn(stderr, file), [
      'sovd: the configuration has 5 problems',
      'metrics.enabled: expected true or false, got "maybe" (SOVD__METRICS__ENABLED)',
      'server.colour: unknown setting; there are host, port, cert_path, key_path, client_ca_path, deployment_label (FILE:3)',
      'server.port: expected an integer, got "http" (FILE:2)',
      'auth.enabled: nobody could be let in: set api_key, jwt_secret, jwt_public_key_path, oidc_issuer_url, clients or certificate_roles (FILE:5)',
      'backends[0].base_url: is required (FILE:6)',
    ])
  })

  test(`${command.join(' ')} refuses a file that is missing or not TOML`, async (t) => {
    const missing = await run(t, [...command, '/no/such/file'])
    assert.deepEqual([missing.code, missing.stdout], [2, ''])
    assert.match(missing.stderr, /cannot be read: no such file \(\/no\/such\/file\)/)
    const file = configFile(t, '[server\nport = 1')
    const broken = await run(t, [...command, file])
    assert.deepEqual([broken.code, broken.stdout], [2, ''])
    assert.match(problemsIn(broken.stderr, file).join('\n'), /not TOML: .* \(FILE:1:\d+\)$/)
  })
}

test('the demo refuses settings in the environment that cannot be used', async (t) => {
  const { code, stderr } = await run(t, ['demo', '--ecu-port', '0'], { env: { SOVD__SERVER__PROT: '0' } })
  assert.deepEqual(
    [code, stderr],
    [2, 'sovd: the configuration has 1 problem\nthere is no setting "prot" in server (SOVD__SERVER__PROT)\n'],
  )
})

test('check-config says what a good file amounts to', async (t) => {
  const file = configFile(t, '[server]\nhost = "0.0.0.0"\n[[backends]]\nname = "ecu"\nbase_url = "http://ecu:3001"')
  const { code, stdout, stderr } = await run(t, ['check-config', file], { env: { SOVD__SERVER__PORT: '9090' } })
  assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(stdout.replaceAll(file, 'FILE').split('\n').slice(0, 3), [
    'ok: FILE',
    'gateway at http://0.0.0.0:9090/sovd/v1',
    'backend ecu at http://ecu:3001/sovd/v1 (auto)',
  ])
  assert.match(stdout, /warning: server.host: LISTENING ON 0.0.0.0 WITHOUT AUTHENTICATION/)
})

test('the version and the commands can be asked for', async (t) => {
  assert.match((await run(t, ['--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
  const help = await run(t, ['--help'])
  for (const command of ['serve', 'demo', 'demo-ecu', 'check-config'])
    assert.match(help.stdout, new RegExp(` ${command} `))
})

test('an unknown command or option is an error', async (t) => {
  const command = await run(t, ['server'])
  assert.deepEqual([command.code, command.stdout], [1, ''])
  assert.match(command.stderr, /unknown command 'server'/)
  const port = await run(t, ['demo', '--port', '70000'])
  assert.equal(port.code, 1)
  assert.match(port.stderr, /expected a number from 0 to 65535/)
})
