import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openDemoEcu } from '@opensovd/demo-ecu'
import { missingPythonPeer, python } from './peer.ts'

const skip = missingPythonPeer('schemathesis')
const options = [
  '--max-examples',
  '15',
  '--seed',
  '1',
  '--generation-deterministic',
  '--continue-on-failure',
  '--no-color',
]

test('Schemathesis finds nothing in the native contract that its document does not say', { skip }, async () => {
  await using ecu = await openDemoEcu({
    host: '127.0.0.1',
    port: 0,
    static: true,
    clock: systemClock,
    log: silentLogger,
  })
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'))
  try {
    const config = join(import.meta.dirname, 'schemathesis.toml')
    const run = ['-m', 'schemathesis.cli', '--config-file', config, 'run', `${ecu.url}/openapi.json`, ...options]
    const { code, output } = await execute(python, run, folder)
    assert.equal(code, 0, output)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function execute(command: string, args: string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
