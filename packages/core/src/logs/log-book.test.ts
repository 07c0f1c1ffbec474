import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import type { EntityRef } from '../locks/lock.ts'
import { LogBook, type LogBookOptions } from './log-book.ts'

const BMS: EntityRef = { kind: 'component', id: 'bms' }
const CLIMATE: EntityRef = { kind: 'component', id: 'climate' }

function book(options: Partial<LogBookOptions> = {}): LogBook {
  return new LogBook({ clock: new FakeClock(), ...options })
}

const messages = (log: LogBook, entity: EntityRef) => log.of(entity).map(({ message }) => message)

test('keeps entries of each entity, with the time at which they came unless they bring one', () => {
  const log = book()
  log.write(BMS, { severity: 'info', source: 'a', message: 'one' })
  log.write(BMS, { severity: 'warn', source: 'b', message: 'two', timestamp: '2025-05-05T05:05:05Z' })
  log.write({ kind: 'app', id: 'bms' }, { severity: 'info', source: 'c', message: 'of the app' })
  assert.deepEqual(log.of(BMS), [
    { severity: 'info', source: 'a', message: 'one', timestamp: '2026-01-01T00:00:00.000Z' },
    { severity: 'warn', source: 'b', message: 'two', timestamp: '2025-05-05T05:05:05Z' },
  ])
})

test('an entity with too many entries loses its oldest, and no other entity does', () => {
  const log = book({ maxEntriesPerEntity: 3 })
  log.write(CLIMATE, { severity: 'info', source: 's', message: 'quiet' })
  for (let n = 1; n <= 10; n++) log.write(BMS, { severity: 'info', source: 's', message: `${n}` })
  assert.deepEqual(messages(log, BMS), ['8', '9', '10'])
  assert.deepEqual(messages(log, CLIMATE), ['quiet'])
  assert.deepEqual(log.counters, { received: 11, belowLevel: 0, evicted: 7 })
})

test('the entity with most to tell makes room when all entries together are too long', () => {
  const log = book({ maxCharacters: 3000 })
  log.write(CLIMATE, { severity: 'info', source: 's', message: 'quiet' })
  for (let n = 1; n <= 10; n++) log.write(BMS, { severity: 'info', source: 's', message: `${n}`.repeat(900) })
  assert.deepEqual(messages(log, CLIMATE), ['quiet'])
  assert.deepEqual(
    messages(log, BMS).map((message) => message.length),
    [1800],
  )
})

test('of too many entities the one that was silent longest is forgotten', () => {
  const log = book({ maxEntities: 2 })
  log.write(BMS, { severity: 'info', source: 's', message: 'a' })
  log.write(CLIMATE, { severity: 'info', source: 's', message: 'b' })
  log.write(BMS, { severity: 'info', source: 's', message: 'c' })
  log.write({ kind: 'component', id: 'new' }, { severity: 'info', source: 's', message: 'd' })
  assert.deepEqual([messages(log, BMS), messages(log, CLIMATE)], [['a', 'c'], []])
})

test('cuts a message that is too long', () => {
  const log = book()
  log.write(BMS, { severity: 'info', source: 's', message: 'x'.repeat(100_000) })
  assert.deepEqual(messages(log, BMS), [`${'x'.repeat(8192)}…`])
})

test('keeps what is severe enough by the configuration, until a client of the entity says otherwise', () => {
  const log = book({ leastSeverity: 'warn' })
  const write = (source: string) => {
    for (const severity of ['debug', 'info', 'warn', 'error'] as const) {
      log.write(BMS, { severity, source, message: `${source} ${severity}` })
    }
  }
  write('early')
  log.levels.set(BMS, [
    { context: { type: 'RFC5424', process: 'pump' }, severity: 'debug' },
    { context: { type: 'RFC5424' }, severity: 'error' },
  ])
  write('pump')
  write('other')
  assert.equal(log.levels.reset(BMS), true)
  assert.equal(log.levels.reset(BMS), false)
  write('late')
  assert.deepEqual(messages(log, BMS), [
    'early warn',
    'early error',
    'pump debug',
    'pump info',
    'pump warn',
    'pump error',
    'other error',
    'late warn',
    'late error',
  ])
})

test('a context fits when it has all members that are wanted of it', () => {
  const log = book()
  const context = (applicationId: string) =>
    ({ type: 'AUTOSAR_DLT', session: 's', sessionId: '1', applicationId, contextId: 'MAIN', messageId: '7' }) as const
  log.levels.set(BMS, [{ context: { type: 'AUTOSAR_DLT', applicationId: 'PUMP' }, severity: 'fatal' }])
  log.write(BMS, { severity: 'error', source: 'dlt', message: 'pump', context: context('PUMP') })
  log.write(BMS, { severity: 'error', source: 'dlt', message: 'fan', context: context('FAN') })
  assert.deepEqual(messages(log, BMS), ['fan'])
})
