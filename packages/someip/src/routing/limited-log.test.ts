import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogFields, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { LimitedLog } from './limited-log.ts'

function limited() {
  const clock = new FakeClock()
  const lines: string[] = []
  const warn = (message: string, fields: LogFields = {}) => void lines.push(`${message} ${fields.suppressed ?? 0}`)
  const log = new LimitedLog(clock, { ...silentLogger, warn })
  return { clock, lines, warn: (key: string) => log.warn(key, () => ({ message: key })) }
}

test('writes one line a second for a key, and then how many it left out', async () => {
  const { clock, lines, warn } = limited()
  for (let count = 0; count < 5; count++) warn('a')
  warn('b')
  assert.deepEqual(lines, ['a 0', 'b 0'])
  await clock.advance(1000)
  warn('a')
  assert.deepEqual(lines.slice(2), ['a 4'])
})

test('writes 20 lines a second for all keys, and then how many it left out', async () => {
  const { clock, lines, warn } = limited()
  for (let key = 0; key < 1000; key++) warn(`${key}`)
  assert.equal(lines.length, 20)
  await clock.advance(1000)
  warn('again')
  assert.deepEqual(lines.slice(20), ['further warnings were left out 980', 'again 0'])
})
