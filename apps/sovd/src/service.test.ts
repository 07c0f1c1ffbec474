import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('testing/service-program.ts', import.meta.url))

/** Runs a service of this behaviour, sends it a signal when it is ready, and tells how it ended. */
function endOf(behaviour: string, signal?: NodeJS.Signals): Promise<{ code: number | null; lines: string[] }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, behaviour], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (signal && output === 'ready\n') child.kill(signal)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, lines: output.trimEnd().split('\n') }))
  })
}

test('a signal closes the service, and the exit code is 0', async () => {
  assert.deepEqual(await endOf('orderly', 'SIGTERM'), { code: 0, lines: ['ready', 'closed'] })
})

for (const behaviour of ['throws later', 'rejects later']) {
  test(`a service that ${behaviour} is closed, and the exit code is 1`, async () => {
    assert.deepEqual(await endOf(behaviour), { code: 1, lines: ['ready', 'error: an error was not caught', 'closed'] })
  })
}

test('a service that cannot be closed in time is ended, with exit code 1', async () => {
  assert.deepEqual(await endOf('never closes', 'SIGINT'), { code: 1, lines: ['ready', 'error: closing took too long'] })
})

test('a service that fails to close ends with exit code 1', async () => {
  assert.deepEqual(await endOf('fails to close', 'SIGINT'), { code: 1, lines: ['ready', 'error: closing failed'] })
})
