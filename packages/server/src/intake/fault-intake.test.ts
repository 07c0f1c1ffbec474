import assert from 'node:assert/strict'
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Clock, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FakeClock } from '@opensovd/base/testing'
import { FaultManager, type FaultManagerOptions } from '@opensovd/core'
import { openFaultIntake } from './fault-intake.ts'
import { connectReporter, temporaryDirectory, until } from './testing/reporter.ts'

interface Options extends Partial<FaultManagerOptions> {
  readonly clock?: Clock
  readonly maxConnections?: number
}

async function open({ clock = systemClock, maxConnections, ...options }: Options = {}) {
  const directory = temporaryDirectory()
  const faults = new FaultManager({ clock, log: silentLogger, ...options })
  const path = join(directory.path, 'intake')
  const intake = await openFaultIntake({
    path,
    mode: 0o660,
    faults,
    clock,
    log: silentLogger,
    ...(maxConnections === undefined ? {} : { maxConnections }),
  })
  return {
    path,
    faults,
    intake,
    async [Symbol.asyncDispose]() {
      await intake.close()
      faults[Symbol.dispose]()
      directory[Symbol.dispose]()
    },
  }
}

function line(faultId: string, more: object = {}): string {
  const record = { component_id: 'hvac', fault_id: faultId, source: 'app', severity: 'Error', stage: 'Failed', ...more }
  return `${JSON.stringify(record)}\n`
}

test('takes a record a line, and tells how many lines it has dealt with', async () => {
  await using fixture = await open()
  using reporter = await connectReporter(fixture.path)
  reporter.write(`${line('a')}\n${line('b', { environment_data: { temperature: 80 } })}`)
  await until(() => fixture.faults.size === 2)
  await until(() => reporter.answers.length === 1)
  assert.deepEqual(reporter.answers, [{ lines: 3 }])
  assert.equal(fixture.faults.find('hvac', 'b')?.environment, '{"temperature":80}')
  assert.deepEqual({ ...fixture.intake.counters }, { connections: 1, refused: 0, accepted: 2, rejected: 0 })
})

test('takes lines that come in pieces, and the last one without its newline', async () => {
  await using fixture = await open()
  using reporter = await connectReporter(fixture.path)
  const text = line('a') + line('b').trimEnd()
  reporter.write(text.slice(0, 30))
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(fixture.faults.size, 0)
  reporter.write(text.slice(30))
  await until(() => fixture.faults.size === 1)
  reporter.socket.end()
  await until(() => fixture.faults.size === 2)
})

test('rejects what is no record with its line and the reason, and goes on', async () => {
  await using fixture = await open()
  using reporter = await connectReporter(fixture.path)
  const bad: (string | Uint8Array)[] = [
    '{"component_id":\n',
    '[]\n',
    Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0x0a),
    Uint8Array.of(0x00, 0x01, 0x02, 0x0a),
    line('a', { stage: 'Broken' }),
    `${'['.repeat(1000)}\n`,
    `${'x'.repeat(1024 * 1024)}\n`,
    line('a', { component_id: '../..' }),
  ]
  for (const data of bad) reporter.write(data)
  reporter.write(line('good'))
  await until(() => fixture.faults.size === 1)
  await until(() => reporter.answers.some((answer) => JSON.stringify(answer) === '{"lines":9}'))
  const rejected = reporter.answers.filter((answer) => typeof answer === 'object' && answer && 'line' in answer)
  const reasons = rejected.map((answer) => (answer as { reason: string }).reason)
  assert.deepEqual(
    rejected.map((answer) => (answer as { line: number }).line),
    [1, 2, 3, 4, 5, 6, 7, 8],
  )
  for (const [index, reason] of [
    /^the line is not JSON: /,
    /^expected an object/,
    /^the line is not UTF-8$/,
    /^the line is not JSON: /,
    /^stage: expected one of Failed/,
    /^the line is nested deeper than 64 levels$/,
    /^the line is longer than 65536 bytes$/,
    /^component_id: /,
  ].entries()) {
    assert.match(reasons[index] ?? '', reason)
  }
  assert.equal(fixture.intake.counters.rejected, 8)
})

test('reads a flood no faster than its source may report, loses none of it, and serves others meanwhile', async () => {
  const clock = new FakeClock()
  await using fixture = await open({ clock, maxReportsPerSecond: 10 })
  using flood = await connectReporter(fixture.path)
  using other = await connectReporter(fixture.path)
  flood.write(Array.from({ length: 70 }, (_, n) => line(`f${n}`)).join(''))
  await until(() => fixture.faults.size === 50)
  other.write(line('calm', { source: 'other' }))
  await until(() => fixture.faults.size === 51)
  assert.equal(fixture.faults.counters.tooManyReports, 1)
  for (let tenths = 0; tenths < 20; tenths++) await clock.advance(101)
  await until(() => fixture.faults.size === 71)
  assert.equal(fixture.intake.counters.rejected, 0)
})

test('does not read on at once after many lines that are rejected', async () => {
  const clock = new FakeClock()
  await using fixture = await open({ clock })
  using reporter = await connectReporter(fixture.path)
  reporter.write(`${'x\n'.repeat(150)}${line('a')}`)
  await until(() => fixture.intake.counters.rejected === 100)
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(fixture.intake.counters.rejected, 100)
  await clock.advance(100)
  await until(() => fixture.faults.size === 1)
})

test('keeps little for a reporter that does not read its answers', async () => {
  await using fixture = await open({ maxReportsPerSecond: 1e9 })
  using reporter = await connectReporter(fixture.path)
  reporter.socket.pause()
  for (let part = 0; part < 40; part++) reporter.write(line('a').repeat(500))
  reporter.write(line('last'))
  await until(() => fixture.faults.find('hvac', 'last') !== undefined)
  assert.equal(fixture.intake.counters.accepted, 20_001)
})

test('tells of faults there is no room for', async () => {
  await using fixture = await open({ maxFaults: 1 })
  using reporter = await connectReporter(fixture.path)
  reporter.write(line('a') + line('b'))
  await until(() => reporter.answers.length === 2)
  assert.match(JSON.stringify(reporter.answers[0]), /^\{"line":2,"reason":"no room for another fault of 'hvac'/)
})

test('a reporter that is lost, or comes back, does not disturb', async () => {
  await using fixture = await open()
  for (let round = 0; round < 5; round++) {
    const reporter = await connectReporter(fixture.path)
    reporter.write(line(`f${round}`) + line('half').slice(0, 40))
    await until(() => fixture.faults.size === round + 1)
    reporter.socket.destroy()
  }
  await until(() => fixture.intake.counters.connections === 5)
  assert.equal(fixture.faults.find('hvac', 'half'), undefined)
})

test('refuses more reporters at a time than it may have', async () => {
  await using fixture = await open({ maxConnections: 1 })
  using first = await connectReporter(fixture.path)
  using second = await connectReporter(fixture.path)
  await until(() => second.socket.closed)
  assert.equal(fixture.intake.counters.refused, 1)
  first.write(line('a'))
  await until(() => fixture.faults.size === 1)
})

test('makes a socket with the permissions asked for, and removes it when it closes', async () => {
  const fixture = await open()
  using reporter = await connectReporter(fixture.path)
  assert.equal(statSync(fixture.path).mode & 0o777, 0o660)
  await fixture.intake.close()
  await fixture.intake.close()
  assert.equal(existsSync(fixture.path), false)
  await until(() => reporter.socket.closed)
  await fixture[Symbol.asyncDispose]()
})

test('does not take the place of another program, nor of something that is no socket', async () => {
  await using fixture = await open()
  const { path, faults } = fixture
  const options = { mode: 0o660, faults, clock: systemClock, log: silentLogger }
  await assert.rejects(openFaultIntake({ ...options, path }), { code: 'address-in-use' })
  using reporter = await connectReporter(path)
  assert.ok(reporter.socket.writable)
  writeFileSync(`${path}-file`, 'mine')
  await assert.rejects(openFaultIntake({ ...options, path: `${path}-file` }), { code: 'address-unavailable' })
  assert.ok(existsSync(`${path}-file`))
  await assert.rejects(openFaultIntake({ ...options, path: `${path}-none/intake` }), { code: 'address-unavailable' })
  await assert.rejects(openFaultIntake({ ...options, path: path + 'x'.repeat(120) }), { code: 'address-unavailable' })
})

test('takes the place of a socket that nobody listens on any more', async () => {
  using directory = temporaryDirectory()
  const path = join(directory.path, 'intake')
  const left = createServer()
  await new Promise<void>((resolve) => left.listen(`${path}-moved`, resolve))
  renameSync(`${path}-moved`, path)
  await new Promise((resolve) => left.close(resolve))
  assert.ok(statSync(path).isSocket())
  const faults = new FaultManager({ clock: systemClock, log: silentLogger })
  await using intake = await openFaultIntake({ path, mode: 0o600, faults, clock: systemClock, log: silentLogger })
  using reporter = await connectReporter(intake.path)
  reporter.write(line('a'))
  await until(() => faults.size === 1)
})
