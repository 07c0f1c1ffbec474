import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import type { EntityRef, NewLogEntry } from '@opensovd/core'
import { type LogIntakeOptions, openLogIntake } from './log-intake.ts'

const run = promisify(execFile)

async function open(options: Partial<LogIntakeOptions>) {
  const folder = await mkdtemp(join(tmpdir(), 'logs-'))
  const path = join(folder, 'log.sock')
  const entries: (NewLogEntry & { component: string })[] = []
  let arrived = () => {}
  const sink = {
    write({ id }: EntityRef, entry: NewLogEntry) {
      entries.push({ component: id, ...entry })
      arrived()
    },
  }
  const intake = await openLogIntake({
    sink,
    clock: systemClock,
    log: silentLogger,
    rules: [
      { program: 'pump*', componentId: 'pump' },
      { host: 'climate-hpc', componentId: 'climate' },
    ],
    syslogSocket: { path, mode: 0o600 },
    syslogUdp: { host: '127.0.0.1', port: 0 },
    ...options,
  })
  return {
    intake,
    path,
    entries,
    async wait(count: number) {
      while (entries.length < count) {
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
      return entries
    },
    async [Symbol.asyncDispose]() {
      await intake[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

function requireProgram(t: TestContext, path: string): boolean {
  if (existsSync(path)) return true
  if (process.env.REQUIRE_PEERS === '1') throw new Error(`${path} is not there`)
  t.skip(`${path} is not there`)
  return false
}

test('takes datagrams and gives them to the components of their programs and hosts', async () => {
  await using at = await open({})
  const socket = createSocket('udp4')
  const send = (text: string) =>
    new Promise((resolve) => socket.send(text, at.intake.udpPort ?? 0, '127.0.0.1', resolve))
  await send('<11>1 2026-01-01T00:00:00Z hpc pumpd 7 - - stuck')
  await send('<14>1 - hpc unknown - - - nobody wants this')
  await send('<14>Feb  5 17:32:18 climate-hpc anything: ready')
  assert.deepEqual(await at.wait(2), [
    {
      component: 'pump',
      severity: 'error',
      timestamp: '2026-01-01T00:00:00Z',
      message: 'stuck',
      source: 'pumpd',
      context: { type: 'RFC5424', host: 'hpc', process: 'pumpd', pid: '7' },
    },
    {
      component: 'climate',
      severity: 'info',
      message: 'ready',
      source: 'anything',
      context: { type: 'RFC5424', host: 'climate-hpc', process: 'anything' },
    },
  ])
  assert.deepEqual(at.intake.counters, { received: 3, unmapped: 1, dropped: 0 })
  socket.close()
})

test('takes streams, and cuts off one that is none', async () => {
  await using at = await open({})
  const socket = connect(at.path)
  socket.write('31 <14>1 - hpc pumpd - - - counted<14>pumpd: terminated\n')
  await at.wait(2)
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write('99999999 is too much')
  await closed
  assert.deepEqual(
    at.entries.map(({ message }) => message),
    ['counted', 'terminated'],
  )
  assert.equal(at.intake.counters.dropped, 1)
})

test('takes what logger writes, over UDP and over the socket', async (t) => {
  if (!requireProgram(t, '/usr/bin/logger')) return
  await using at = await open({})
  const udp = ['--udp', '--server', '127.0.0.1', '--port', `${at.intake.udpPort}`, '--rfc5424', '--id=7', '-t', 'pumpd']
  await run('/usr/bin/logger', [...udp, '-p', 'daemon.err', 'stuck again'])
  await at.wait(1)
  await run('/usr/bin/logger', ['--socket', at.path, '-t', 'pumpd', '-p', 'daemon.warning', 'slow'])
  const entries = await at.wait(2)
  assert.deepEqual(
    entries.map(({ component, severity, message, source }) => [component, severity, message, source]),
    [
      ['pump', 'error', 'stuck again', 'pumpd'],
      ['pump', 'warn', 'slow', 'pumpd'],
    ],
  )
  assert.ok(Math.abs(Date.parse(entries[0]?.timestamp ?? '') - systemClock.now()) < 60_000)
})

test('takes what the logging of Python sends to the socket', async (t) => {
  if (!requireProgram(t, '/usr/bin/env')) return
  await using at = await open({})
  const script = `
import logging, logging.handlers, socket, sys
handler = logging.handlers.SysLogHandler(address=sys.argv[1])
handler.setFormatter(logging.Formatter('pump-control[%(process)d]: %(message)s'))
logging.getLogger().addHandler(handler)
logging.error('too hot')
`
  try {
    await run('/usr/bin/env', ['python3', '-c', script, at.path])
  } catch (error) {
    if (process.env.REQUIRE_PEERS === '1') throw error
    t.skip('python3 is not there')
    return
  }
  const [entry] = await at.wait(1)
  assert.deepEqual([entry?.component, entry?.severity, entry?.message], ['pump', 'error', 'too hot'])
})

test('takes no more than its rate', async () => {
  await using at = await open({ maxPerSecond: 2 })
  const socket = connect(at.path)
  socket.end('<14>pumpd: again\n'.repeat(100))
  await new Promise((resolve) => socket.once('close', resolve))
  const { received, dropped } = at.intake.counters
  assert.equal(received, 100)
  assert.equal(at.entries.length, 100 - dropped)
  assert.ok(at.entries.length >= 10 && at.entries.length < 20, `${at.entries.length}`)
})

test('two cannot take messages in one place', async () => {
  await using at = await open({})
  const other = { host: '127.0.0.1', port: at.intake.udpPort ?? 0 }
  await assert.rejects(open({ syslogUdp: other }), { code: 'address-in-use' })
})
