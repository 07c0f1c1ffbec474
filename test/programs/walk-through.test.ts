import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { addressIn, start } from './program.ts'

const SCRIPT = fileURLToPath(new URL('../../docs/examples/walk-through.sh', import.meta.url))

/** What the script is to see, step by step: the status of each request. */
const STATUSES = [
  '201', // the lock
  '409', // bob's write
  '200', // the session
  '204', // ann's write
  '200', // the execution
  '202', // the fault
  '200', // read
  '204', // cleared
  '204', // unlocked
  '200', // the modes
  '204', // bob's write
]

test('the walk-through of the documentation goes as it says', async (t) => {
  const gateway = start(t, ['demo', '--port', '0', '--ecu-port', '0'])
  const url = addressIn(await gateway.ready())
  const { stdout } = await promisify(execFile)('sh', [SCRIPT, url], { timeout: 60_000 })
  const lines = stdout.split('\n')
  const statuses = lines.map((line) => /^(\d{3}) /.exec(line)?.[1]).filter((status) => status !== undefined)
  assert.deepEqual(statuses, STATUSES, stdout)
  assert.match(stdout, /409 .*locked by 'ann'/)
  assert.match(stdout, /"currentMode":"default"/)
  const told = lines.filter((line) => line.startsWith('data:'))
  assert.ok(told.some((line) => line.includes('23.5')) && told.some((line) => line.includes('20.5')), stdout)
})
