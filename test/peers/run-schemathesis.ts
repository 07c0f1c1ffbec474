import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { python } from './peer.ts'

const OPTIONS = ['--seed', '1', '--generation-deterministic', '--continue-on-failure', '--no-color']

/**
 * Lets Schemathesis send what a document allows and what it forbids; fails with its report if it finds anything.
 * @param place file or address of the document
 */
export async function runSchemathesis(place: string, ...more: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'))
  try {
    const config = join(import.meta.dirname, 'schemathesis.toml')
    const args = ['-m', 'schemathesis.cli', '--config-file', config, 'run', place, ...OPTIONS, ...more]
    const { code, output } = await execute(python, args, folder)
    assert.equal(code, 0, output)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

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
