import assert from 'node:assert/strict'
import net from 'node:net'
import { test } from 'node:test'
import { loadLibc, readOption } from '../native/libc.ts'
import { skipFor } from '../testing/skip.ts'
import { bindTcp } from './bind.ts'

const libc = await loadLibc()
const isAble = libc !== undefined && 'BoundSocket' in net
const skip = skipFor(isAble ? undefined : 'koffi, 64-bit Linux or Node.js 24.19')

function optionsOf(options: Parameters<typeof bindTcp>[1]) {
  const bound = bindTcp(libc, options)
  assert.ok(bound !== undefined && libc !== undefined)
  const fd = bound.fd()
  const names = [
    'TCP_NODELAY',
    'KEEPALIVE',
    'TCP_KEEPIDLE',
    'TCP_KEEPINTVL',
    'TCP_KEEPCNT',
    'TCP_USER_TIMEOUT',
    'LINGER',
    'REUSEADDR',
    'REUSEPORT',
  ] as const
  const values = names.map((name) => [name, readOption(libc, fd, name)])
  bound.close()
  return Object.fromEntries(values)
}

test('a socket has the options of vsomeip 3.7.4 from before it listens or connects', { skip }, () => {
  assert.deepEqual(optionsOf({ address: '127.0.0.1', port: 0 }), {
    TCP_NODELAY: 1,
    KEEPALIVE: 1,
    TCP_KEEPIDLE: 1,
    TCP_KEEPINTVL: 1,
    TCP_KEEPCNT: 3,
    TCP_USER_TIMEOUT: 3000,
    LINGER: 1,
    REUSEADDR: 1,
    REUSEPORT: 0,
  })
})

test('options may be chosen', { skip }, () => {
  const options = { userTimeoutMs: 500, keepIdleSeconds: 7, keepIntervalSeconds: 8, keepCount: 9, reusePort: true }
  const values = optionsOf({ address: '::1', port: 0, ...options })
  assert.deepEqual(
    [values.TCP_USER_TIMEOUT, values.TCP_KEEPIDLE, values.TCP_KEEPINTVL, values.TCP_KEEPCNT, values.REUSEPORT],
    [500, 7, 8, 9, 1],
  )
})
