import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { at, call, connectionState } from './api.ts'
import { configFile, eventually, freePort, run, SOVD, temporaryDirectory } from './program.ts'

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/cloud-bridge.md', import.meta.url)), 'utf8')
const certificate = (name: string) =>
  fileURLToPath(new URL(`../../apps/sovd/src/testing/certs/${name}`, import.meta.url))

function blocks(language: string): readonly string[] {
  return Array.from(PAGE.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms')), ([, text = '']) => text)
}

function missing(): string | false {
  try {
    execFileSync('bash', ['-c', 'command -v curl sed >/dev/null'])
    return false
  } catch {
    if (process.env.REQUIRE_PEERS === '1') throw new Error('REQUIRE_PEERS is 1, but there is no bash, curl or sed')
    return 'there is no bash, curl or sed'
  }
}

const PATH = `${dirname(SOVD)}:${process.env.PATH}`

/** Runs a block in a terminal of its own. */
function terminal(t: TestContext, cwd: string, block: string): void {
  const child = spawn('bash', ['-c', block], { cwd, env: { ...process.env, PATH }, stdio: 'ignore', detached: true })
  t.after(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'))
}

test('every command of the page about the bridge works', { skip: missing() }, async (t) => {
  const ports = new Map<string, number>()
  for (const port of ['3001', '8080', '8081', '9443']) ports.set(port, await freePort())
  const withPorts = (text: string) => text.replaceAll(/\b(3001|8080|8081|9443)\b/g, (port) => `${ports.get(port)}`)
  const [ecu = '', relay = '', vehicle = '', client = ''] = blocks('sh').map(withPorts)
  const cwd = temporaryDirectory(t)
  terminal(t, cwd, ecu.replace('demo-ecu', `demo-ecu --port ${ports.get('3001')}`))
  terminal(t, cwd, `export SOVD__SERVER__PORT=${ports.get('8080')}\n${relay}`)
  terminal(t, cwd, vehicle)
  const isUp = (url: string) =>
    call(url).then(
      (answer) => answer,
      () => undefined,
    )
  await eventually(15_000, () => isUp(`http://127.0.0.1:${ports.get('8081')}/healthz`))
  await connectionState(`http://127.0.0.1:${ports.get('8081')}/sovd/v1`, 'bms', 'connected')
  await eventually(15_000, async () => {
    const status = await isUp(`http://127.0.0.1:${ports.get('8080')}/sovd/v1/x-bridge/status`)
    return at(status?.body, 'active_sessions') === 1 ? true : undefined
  })

  const { stdout } = await promisify(execFile)('bash', ['-c', `set -euo pipefail\n${client}`])
  for (const expected of [
    '{"enabled":true,"active_sessions":1,"mode":"cloud-relay"}',
    '"status":200,"body":{"id":"soc","value":78.5,',
  ]) {
    assert.ok(stdout.includes(expected), `${expected} is not in ${stdout}`)
  }
  assert.ok(stdout.endsWith('204\n'), stdout)
})

test('the settings of the page can be used', async (t) => {
  const [relay = '', vehicle = ''] = blocks('toml')
  const settings = (text: string) =>
    text
      .replace('sha256:…', `sha256:${'0'.repeat(64)}`)
      .replace(/cert_path = ".*"/, `cert_path = "${certificate('server.pem')}"`)
      .replace(/key_path = ".*"/, `key_path = "${certificate('server.key')}"`)
      .replace(/client_ca_path = "[^"]*"/, `client_ca_path = "${certificate('ca.pem')}"`)
  const env = { SOVD__BRIDGE__TOKEN: 'x'.repeat(32), SOVD__AUTH__API_KEY: '0123456789abcdef' }
  const checked = await run(t, ['check-config', configFile(t, settings(relay))])
  assert.deepEqual([checked.code, checked.stderr], [0, ''])
  const other = await run(t, ['check-config', configFile(t, settings(vehicle))], { env })
  assert.deepEqual([other.code, other.stderr], [0, ''])
})
