import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { skipFor } from '../testing/skip.ts'
import { check, loadLibc, readOption, setOption } from './libc.ts'
import { AF_INET, SOCK_DGRAM } from './linux.ts'

const libc = await loadLibc()
const skip = skipFor(libc === undefined ? 'koffi or 64-bit Linux' : undefined)

test('failures of the system have names and codes', { skip }, () => {
  if (libc === undefined) return
  assert.equal(libc.close(-1), -1)
  assert.equal(libc.errorName(), 'EBADF')
  assert.throws(() => check(libc, 'closing', libc.close(-1)), {
    code: 'ENDPOINT_SYSTEM',
    message: 'closing: any other failure of the system (EBADF)',
  })
  assert.throws(() => setOption(libc, -1, 'REUSEADDR', 1), { code: 'ENDPOINT_SYSTEM' })
})

test('options that are set can be read', { skip }, () => {
  if (libc === undefined) return
  const fd = check(libc, 'a socket', libc.socket(AF_INET, SOCK_DGRAM, 0))
  assert.equal(readOption(libc, fd, 'BROADCAST'), 0)
  setOption(libc, fd, 'BROADCAST', 1)
  assert.equal(readOption(libc, fd, 'BROADCAST'), 1)
  assert.equal(libc.close(fd), 0)
})

test('without koffi everything works but what only koffi can do', async () => {
  const probe = fileURLToPath(new URL('../testing/without-koffi-probe.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [probe])
  assert.deepEqual(JSON.parse(stdout), {
    native: false,
    refused: 'ENDPOINT_UNSUPPORTED',
    opened: ['127.0.0.1', '127.0.0.1'],
  })
})
