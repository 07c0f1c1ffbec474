import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort, SOVD, start } from './program.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

function missingBash(): string | false {
  try {
    execFileSync('bash', ['-c', 'true'])
    return false
  } catch {
    if (process.env.REQUIRE_PEERS === '1') throw new Error('REQUIRE_PEERS is 1, but there is no bash')
    return 'there is no bash'
  }
}

test('every command of the page about diagnostic commands works', { skip: missingBash() }, async (t) => {
  const page = readFileSync(`${ROOT}docs/commands.md`, 'utf8')
  const blocks = Array.from(page.matchAll(/^```sh\n(.*?)^```/gms), ([, text]) => text).join('')
  const port = await freePort()
  const simulator = start(t, ['ecu-sim', 'docs/examples/ecus/powertrain.yaml', '--port', `${port}`], { cwd: ROOT })
  await simulator.ready()
  const script = `set -euo pipefail\n${blocks.replace(/npx sovd (\w+)/g, `${SOVD} $1 --port ${port}`)}`
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: ROOT })
  for (const expected of [
    'VIN            W0L000043MB541326',
    'f190 vin = 57304c3030303034334d42353431333236',
    '  0101 coolant-temperature = 88 °C',
    '< 63 ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff',
    '"response":"7101030100"',
    'done: the ECU has verified it',
  ]) {
    assert.ok(stdout.includes(expected), `${expected} is not in ${stdout}`)
  }
})
