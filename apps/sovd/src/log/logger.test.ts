import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoggingConfig } from '../config/config.ts'
import { createLogger } from './logger.ts'

function logTo(lines: string[], settings: Partial<LoggingConfig>, colours = false) {
  const output = { write: (line: string) => void lines.push(line) }
  return createLogger({ level: 'info', format: 'text', ...settings }, output, colours)
}

test('json lines hold level, time, message and fields', () => {
  const lines: string[] = []
  logTo(lines, { format: 'json' }).child({ backend: 'ecu' }).warn('gone', { attempt: 2 })
  const { time, ...rest } = JSON.parse(lines[0] ?? '')
  assert.deepEqual(rest, { level: 'warn', backend: 'ecu', attempt: 2, msg: 'gone' })
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('text lines hold the same for people', () => {
  const lines: string[] = []
  logTo(lines, {}).child({ backend: 'ecu' }).warn('it is gone', { attempt: 2, reason: 'no route', path: '/a' })
  assert.match(lines[0] ?? '', /^\S+Z WARN {2}it is gone backend=ecu attempt=2 reason="no route" path=\/a\n$/)
})

test('no text can pretend to be another field or line', () => {
  const lines: string[] = []
  logTo(lines, {}).info('a\nb\u001b[31m', { x: 'c\n2026 ERROR d', y: 'e=f', z: '"', u: '\u009b' })
  const [, shown] = /Z (.*)\n$/s.exec(lines[0] ?? '') ?? []
  assert.equal(shown, 'INFO  a\\u000ab\\u001b[31m x="c\\n2026 ERROR d" y="e=f" z="\\"" u="\\u009b"')
})

test('levels are coloured where colours are shown', () => {
  const lines: string[] = []
  logTo(lines, {}, true).error('x')
  assert.match(lines[0] ?? '', /^\S+ \u001b\[31mERROR\u001b\[0m x\n$/)
})

test('less important events than the level are not written', () => {
  const lines: string[] = []
  const log = logTo(lines, { level: 'warn' })
  log.debug('a')
  log.info('b')
  log.child({}).info('c')
  log.warn('d')
  log.error('e')
  assert.deepEqual(
    lines.map((line) => line.trim().at(-1)),
    ['d', 'e'],
  )
})
