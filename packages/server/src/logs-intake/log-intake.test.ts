import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { missingProgram, PYTHON } from '@opensovd/base/testing'
import type { EntityRef, NewLogEntry } from '@opensovd/core'
import { type LogIntakeOptions, openLogIntake } from './log-intake.ts'
import type { OpenDatagramSocket } from './syslog-datagrams.ts'

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

test('takes what logger writes, over UDP and over the socket', {
  skip: missingProgram('logger', '--version'),
}, async () => {
  await using at = await open({})
  const udp = ['--udp', '--server', '127.0.0.1', '--port', `${at.intake.udpPort}`, '--rfc5424', '--id=7', '-t', 'pumpd']
  await run('logger', [...udp, '-p', 'daemon.err', 'stuck again'])
  await at.wait(1)
  await run('logger', ['--socket', at.path, '-t', 'pumpd', '-p', 'daemon.warning', 'slow'])
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

test('takes what the logging of Python sends to the socket', {
  skip: missingProgram(PYTHON, '--version'),
}, async () => {
  await using at = await open({})
  const script = `
import logging, logging.handlers, socket, sys
handler = logging.handlers.SysLogHandler(address=sys.argv[1])
handler.setFormatter(logging.Formatter('pump-control[%(process)d]: %(message)s'))
logging.getLogger().addHandler(handler)
logging.error('too hot')
`
  await run(PYTHON, ['-c', script, at.path])
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

/** A socket in name only: a file, and what it does to its handler. */
function fakeDatagrams() {
  const given: Parameters<OpenDatagramSocket>[] = []
  const open: OpenDatagramSocket = (options, handler) => {
    given.push([options, handler])
    writeFileSync(options.path, '')
    return { [Symbol.dispose]: () => rmSync(options.path) }
  }
  return { open, given }
}

test('takes datagrams of a local socket, and marks one that was cut', async () => {
  await using at = await open({})
  const { open: openSocket, given } = fakeDatagrams()
  const path = `${at.path}-datagrams`
  const errors: unknown[] = []
  await using both = await open({
    syslogDatagrams: { path, mode: 0o640, open: openSocket },
    log: { ...silentLogger, error: (...said) => errors.push(said) },
  })
  assert.equal(statSync(path).mode & 0o777, 0o640)
  const [[options, handler] = []] = given
  assert.deepEqual(options, { path, maxBytes: 65_536 })
  handler?.datagram(Buffer.from('<14>pumpd: whole'), false)
  handler?.datagram(Buffer.from('<14>pumpd: be'), true)
  handler?.datagram(Buffer.from([0xff, 0, 0xfe]), false)
  handler?.datagram(Buffer.alloc(0), false)
  assert.deepEqual(
    both.entries.map(({ message }) => message),
    ['whole', 'be…'],
  )
  assert.deepEqual(both.intake.counters, { received: 4, unmapped: 2, dropped: 0 })
  handler?.failed(new Error('ENOMEM'))
  assert.deepEqual(errors, [['syslog is not taken any more', { path, error: 'ENOMEM' }]])
  await both.intake[Symbol.asyncDispose]()
  assert.equal(existsSync(path), false)
})

test('says where it cannot take datagrams, and closes what it had opened', async () => {
  await using at = await open({})
  const failing = (code: string) => () => {
    throw Object.assign(new Error(code), { code })
  }
  const where = (code: string) => ({ path: `${at.path}-other`, mode: 0o600, open: failing(code) })
  await assert.rejects(open({ syslogDatagrams: where('EADDRINUSE') }), { code: 'address-in-use' })
  await assert.rejects(open({ syslogDatagrams: where('ENAMETOOLONG') }), { code: 'address-unavailable' })
  await assert.rejects(open({ syslogDatagrams: where('EACCES') }), { code: 'listen-failed' })
  const { open: openSocket, given } = fakeDatagrams()
  await assert.rejects(open({ syslogDatagrams: { path: at.path, mode: 0o600, open: openSocket } }), {
    code: 'address-in-use',
  })
  writeFileSync(`${at.path}-file`, 'precious')
  await assert.rejects(open({ syslogDatagrams: { path: `${at.path}-file`, mode: 0o600, open: openSocket } }), {
    code: 'address-unavailable',
  })
  assert.deepEqual(given, [])
})
