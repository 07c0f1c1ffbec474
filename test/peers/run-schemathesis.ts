import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isJsonObject, type JsonObject } from '@opensovd/base'
import { python } from './peer.ts'

const OPTIONS = ['--seed', '1', '--generation-deterministic', '--continue-on-failure', '--no-color']

/**
 * Lets Schemathesis send what a document allows and what it forbids; fails with its report if it finds anything.
 * Streams are left out: they never end. So is what restarts an entity: then it answers nothing for a while.
 * @param url what the paths of the document are below
 */
export async function runSchemathesis(document: JsonObject, url: string, maxExamples: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'))
  try {
    const file = join(folder, 'openapi.json')
    writeFileSync(file, JSON.stringify(finitePart(document)))
    const config = join(import.meta.dirname, 'schemathesis.toml')
    const limits = ['--max-examples', String(maxExamples)]
    const args = ['--config-file', config, 'run', file, '--url', url, ...OPTIONS, ...limits]
    const { code, output } = await execute(python, ['-m', 'schemathesis.cli', ...args], folder)
    assert.equal(code, 0, output)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function finitePart(document: JsonObject): JsonObject {
  const paths = isJsonObject(document.paths) ? Object.entries(document.paths) : []
  const finite = paths.map(([path, item]) => {
    const members = Object.entries(isJsonObject(item) ? item : {})
    const kept = members.filter(
      ([method, member]) =>
        !JSON.stringify(member).includes('text/event-stream') && !(method === 'put' && path.includes('/status/')),
    )
    return [path, Object.fromEntries(kept)] as const
  })
  return { ...document, paths: Object.fromEntries(finite) }
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
