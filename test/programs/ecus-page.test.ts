import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { addressIn, configFile, eventually, start, temporaryDirectory } from './program.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

function blocks(page: string, language: string): string {
  return Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms')), ([, text]) => text).join('')
}

function missing(): string | undefined {
  try {
    execFileSync('bash', ['-c', 'command -v curl base64 >/dev/null'])
    return undefined
  } catch {
    return 'there is no bash, curl or base64'
  }
}

test('every command of the page about ECUs works', async (t) => {
  const absent = missing()
  if (absent !== undefined && process.env.REQUIRE_PEERS !== '1') return t.skip(absent)
  const page = readFileSync(`${ROOT}docs/ecus.md`, 'utf8')
  const file = 'docs/examples/ecus/powertrain.yaml'
  const simulator = start(t, ['ecu-sim', file, '--port', '0'], { cwd: ROOT })
  const port = / at 127\.0\.0\.1:(\d+)/.exec(await simulator.ready())?.[1] ?? ''
  const toml = blocks(page, 'toml').replace('port = 13400', `port = ${port}`)
  const gateway = start(t, ['serve', '--config', configFile(t, `${toml}\n[server]\nport = 0\n`)], { cwd: ROOT })
  const url = addressIn(await gateway.ready())
  await eventually(10_000, async () => {
    const components = await (await fetch(`${url}/components`)).text()
    return components.match(/"connected"/g)?.length === 3 || undefined
  })

  const script = `set -euo pipefail\n${blocks(page, 'sh')}`
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    cwd: temporaryDirectory(t),
    env: { ...process.env, SOVD: url },
  })
  for (const expected of [
    '"value":"W0L000043MB541326"',
    '"id":"engine-speed","value":',
    '"snapshots":[{"record":1',
    '"session":"extended"',
    '"granted":true',
    '"raw":"a002"',
    '"operationId":"x-flash","status":"completed"',
    '"request":"220300","answer":"620300429d0000"',
  ]) {
    assert.ok(stdout.includes(expected), `${expected} is not in ${stdout}`)
  }
})
