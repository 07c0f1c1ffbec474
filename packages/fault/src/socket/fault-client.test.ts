import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Logger, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import type { FaultRecord } from '../fault-record.ts'
import { openIntake, temporaryDirectory, until } from '../testing/intake.ts'
import { type FaultClientOptions, openFaultClient } from './fault-client.ts'

function record(faultId: string, more: Partial<FaultRecord> = {}): FaultRecord {
  return { component_id: 'hvac', fault_id: faultId, source: 'app', severity: 'Error', stage: 'Failed', ...more }
}

/** A client of an intake that the test opens when it likes. */
function open(options: Partial<FaultClientOptions> = {}) {
  const directory = temporaryDirectory()
  const path = join(directory.path, 'intake')
  const clock = new FakeClock()
  const warnings: string[] = []
  const log: Logger = { ...silentLogger, warn: (message, fields) => warnings.push(`${message}: ${fields?.reason}`) }
  const client = openFaultClient({ path, clock, log, ...options })
  return {
    path,
    clock,
    client,
    warnings,
    /** Waits for what happens over the socket, and lets the pauses between attempts pass. */
    until: (holds: () => boolean) => until(holds, () => clock.advance(5000)),
    async [Symbol.asyncDispose]() {
      await client.close()
      directory[Symbol.dispose]()
    },
  }
}

test('delivers records in order, and knows when all have arrived', async () => {
  await using fixture = open()
  await using intake = await openIntake(fixture.path)
  const ids = Array.from({ length: 10 }, (_, n) => `f${n}`)
  for (const id of ids) fixture.client.publish(record(id))
  await fixture.until(() => intake.received.length === 10)
  assert.deepEqual(intake.received, ids)
  assert.equal(fixture.client.buffered, 10)
  const flushed = fixture.client.flush(new AbortController().signal)
  intake.answer('{"lines":4}')
  await until(() => fixture.client.buffered === 6)
  intake.answer('{"lines":10}')
  await flushed
  assert.deepEqual({ ...fixture.client.counters }, { published: 10, delivered: 10, rejected: 0, dropped: 0 })
})

test('keeps the latest records while there is no gateway, and delivers them once there is', async () => {
  await using fixture = open({ maxBuffered: 5 })
  for (let n = 0; n < 8; n++) fixture.client.publish(record(`f${n}`))
  assert.equal(fixture.client.buffered, 5)
  assert.equal(fixture.client.counters.dropped, 3)
  await until(() => fixture.warnings.length === 1)
  assert.match(fixture.warnings[0] ?? '', /^the gateway cannot be told of faults: .*ENOENT/)
  await using intake = await openIntake(fixture.path)
  await fixture.until(() => intake.received.length === 5)
  assert.deepEqual(intake.received, ['f3', 'f4', 'f5', 'f6', 'f7'])
})

test('sends again what was not confirmed when the connection was lost', async () => {
  await using fixture = open()
  await using intake = await openIntake(fixture.path)
  for (const id of ['a', 'b', 'c']) fixture.client.publish(record(id))
  await fixture.until(() => intake.received.length === 3)
  intake.answer('{"lines":1}')
  await until(() => fixture.client.buffered === 2)
  intake.cut()
  fixture.client.publish(record('d'))
  await fixture.until(() => intake.received.length === 6)
  assert.deepEqual(intake.received, ['a', 'b', 'c', 'b', 'c', 'd'])
  intake.answer('{"lines":3}')
  await until(() => fixture.client.buffered === 0)
})

test('has no more than a window of records under way', async () => {
  await using fixture = open()
  await using intake = await openIntake(fixture.path)
  for (let n = 0; n < 600; n++) fixture.client.publish(record(`f${n}`))
  await fixture.until(() => intake.received.length === 256)
  intake.answer('{"lines":200}')
  await until(() => intake.received.length === 456)
  intake.answer('{"lines":456}')
  await until(() => intake.received.length === 600)
  assert.equal(intake.received.at(-1), 'f599')
})

test('tells of records that the gateway rejects', async () => {
  await using fixture = open()
  await using intake = await openIntake(fixture.path)
  fixture.client.publish(record('a/b'))
  await fixture.until(() => intake.received.length === 1)
  intake.answer('{"line":1,"reason":"fault_id: no"}\n{"lines":1}')
  await until(() => fixture.client.buffered === 0)
  assert.equal(fixture.client.counters.rejected, 1)
  assert.equal(fixture.warnings.at(-1), 'the gateway rejected a fault record: fault_id: no')
})

for (const answer of ['nonsense', '[]', '{"lines":2}', '{"lines":-1}', '{"lines":"1"}', 'x'.repeat(70_000)]) {
  test(`leaves a peer that answers ${answer.slice(0, 20)}, and tries again later`, async () => {
    await using fixture = open()
    await using intake = await openIntake(fixture.path)
    fixture.client.publish(record('a'))
    await fixture.until(() => intake.received.length === 1)
    intake.answer(answer)
    await until(() => fixture.warnings.some((warning) => warning.includes(': not a fault intake: ')))
    assert.equal(fixture.client.buffered, 1)
    await fixture.until(() => intake.received.length === 2)
  })
}

test('waits longer and longer between attempts, and not at all after it was closed', async () => {
  await using fixture = open()
  const { clock } = fixture
  const pauses: number[] = []
  for (let attempt = 0; attempt < 9; attempt++) {
    await until(() => clock.pending === 1)
    const before = clock.monotonic()
    while (clock.pending === 1) await clock.advance(10)
    pauses.push(clock.monotonic() - before)
  }
  for (const [attempt, pauseMs] of pauses.entries()) {
    const longest = Math.min(100 * 2 ** attempt, 5000)
    assert.ok(pauseMs >= longest / 2 && pauseMs <= longest + 10, `${pauseMs} of ${longest}`)
  }
  await fixture.client.close()
  await fixture.client.close()
  assert.equal(clock.pending, 0)
  fixture.client.publish(record('late'))
  assert.deepEqual([fixture.client.buffered, fixture.client.counters.dropped], [0, 1])
})

test('drops what is not JSON instead of throwing', async () => {
  await using fixture = open()
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  fixture.client.publish(record('a', { environment_data: cycle as never }))
  assert.equal(fixture.client.counters.dropped, 1)
})

test('gives up waiting for the gateway when the signal aborts', async () => {
  await using fixture = open()
  await fixture.client.flush(AbortSignal.abort(new Error('of no matter')))
  fixture.client.publish(record('a'))
  await assert.rejects(fixture.client.flush(AbortSignal.abort(new Error('too long'))), { message: 'too long' })
})
