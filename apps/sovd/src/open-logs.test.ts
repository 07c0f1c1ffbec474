import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { missingProgram, PYTHON, runPython, temporaryFolder, withoutModule } from '@opensovd/base/testing'
import type { NewLogEntry } from '@opensovd/core'
import { openGateway } from './gateway.ts'
import { openLogs } from './open-logs.ts'
import { configuredWell } from './testing/config.ts'

const run = promisify(execFile)
const LOG_HANDLER = new URL('testing/log-handler.py', import.meta.url)
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

function toml(path: string, type: string): string {
  return `
[logs]
max_messages_per_sec = 100000
syslog_socket = ${JSON.stringify(path)}
syslog_socket_type = "${type}"
syslog_socket_mode = "606"
[[logs.rules]]
program = "pump*"
component = "pump"
`
}

async function open(path: string, type = 'datagram') {
  const { intake: config } = configuredWell(toml(path, type)).config.logs
  assert.ok(config)
  const entries: NewLogEntry[] = []
  let arrived = () => {}
  const sink = {
    write(_: unknown, entry: NewLogEntry) {
      entries.push(entry)
      arrived()
    },
  }
  const intake = await openLogs(config, { sink, clock: systemClock, log: silentLogger })
  return {
    counters: intake.counters,
    async wait(count: number) {
      while (entries.length < count) {
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
      return entries.map(({ severity, source, message }) => [severity, source, message])
    },
    [Symbol.asyncDispose]: () => intake[Symbol.asyncDispose](),
  }
}

function log(path: string, ...rest: readonly string[]) {
  return run('logger', ['--socket', path, '-t', 'pumpd', ...rest])
}

const skip = missingProgram('logger', '--version') || missingProgram(PYTHON, '--version')

describe('a gateway that is configured to take syslog at a local socket', { skip, timeout: 60_000 }, () => {
  test('takes what logger sends, in both formats, and whatever else is sent', async (t) => {
    const path = join(temporaryFolder(t), 'log')
    await using at = await open(path)
    assert.equal(lstatSync(path).mode & 0o777, 0o606)
    await log(path, '-p', 'daemon.err', 'stuck')
    await log(path, '-p', 'daemon.warning', '--rfc5424', '--size', '70000', 'x'.repeat(60_000))
    const garbage = join(temporaryFolder(t), 'garbage')
    writeFileSync(garbage, Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7 + 1) & 0xff)))
    await run('logger', ['--socket', path, '--size', '5000', '--file', garbage])
    await log(path, 'well again')
    const entries = await at.wait(3)
    assert.deepEqual(entries, [
      ['error', 'pumpd', 'stuck'],
      ['warn', 'pumpd', 'x'.repeat(60_000)],
      ['info', 'pumpd', 'well again'],
    ])
    assert.equal(at.counters.dropped, 0)
    assert.ok(at.counters.unmapped > 0)
  })

  test('marks what was longer than it takes', async (t) => {
    const path = join(temporaryFolder(t), 'log')
    await using at = await open(path)
    await log(path, '--size', '100000', 'x'.repeat(100_000))
    const [[, source, message] = []] = await at.wait(1)
    assert.deepEqual([source, message?.at(-1)], ['pumpd', '…'])
    assert.ok(message && message.length < 65_536 && message.length > 65_000, `${message?.length}`)
  })

  test('takes what the logging of Python sends, to either type of socket', async (t) => {
    for (const [type, python] of [
      ['datagram', 'SOCK_DGRAM'],
      ['stream', 'SOCK_STREAM'],
    ] as const) {
      const path = join(temporaryFolder(t), 'log')
      await using at = await open(path, type)
      assert.equal(await runPython(LOG_HANDLER, path, 'pump-control', 'too hot', 'ü'.repeat(30)), python)
      assert.deepEqual(await at.wait(2), [
        ['error', 'pump-control', 'too hot'],
        ['error', 'pump-control', 'ü'.repeat(30)],
      ])
    }
  })

  test('takes it again after a gateway that ended badly, but not beside one that runs', async (t) => {
    const path = join(temporaryFolder(t), 'log')
    const killed = spawnSync(PYTHON, [
      '-c',
      'import socket, sys; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(sys.argv[1])',
      path,
    ])
    assert.equal(killed.status, 0)
    assert.ok(lstatSync(path).isSocket())
    await using at = await open(path)
    await assert.rejects(open(path), { code: 'address-in-use' })
    await assert.rejects(open(path, 'stream'), { code: 'address-in-use' })
    await log(path, 'still there')
    assert.deepEqual(await at.wait(1), [['info', 'pumpd', 'still there']])
    await at[Symbol.asyncDispose]()
    assert.equal(existsSync(path), false)
    await using again = await open(path)
    await log(path, 'and again')
    assert.deepEqual(await again.wait(1), [['info', 'pumpd', 'and again']])
  })

  test('replaces nothing that is no socket', async (t) => {
    const place = temporaryFolder(t)
    const [file, link] = [join(place, 'file'), join(place, 'link')]
    writeFileSync(file, 'precious')
    symlinkSync(join(place, 'elsewhere'), link)
    for (const path of [file, link, place]) {
      await assert.rejects(open(path), {
        code: 'address-unavailable',
        message: `${path} is there already and is not a socket`,
      })
    }
    assert.equal(readFileSync(file, 'utf8'), 'precious')
  })
})

test('without koffi, a gateway that is to take datagrams does not start, and says what to do', async (t) => {
  const place = temporaryFolder(t)
  const config = join(place, 'gateway.toml')
  writeFileSync(config, `server.port = 0\n${toml(join(place, 'log'), 'datagram')}`)
  const serve = run(process.execPath, [...withoutModule('koffi'), MAIN, 'serve', '--config', config], {
    timeout: 30_000,
  })
  const stderr =
    /logs\.syslog_socket_type is "datagram", which needs Linux and the package koffi; without them, set it to "stream"/
  await assert.rejects(serve, { code: 1, stderr })
})

test('messages that are not kept are counted among the metrics', async (t) => {
  const path = join(temporaryFolder(t), 'log.sock')
  const server = '[server]\nhost = "127.0.0.1"\nport = 0\n'
  const { config } = configuredWell(server + toml(path, 'stream').replace('100000', '1'))
  await using gateway = await openGateway(config, { clock: systemClock, log: silentLogger })
  const socket = connect(path)
  socket.end('<14>fan: too slow\n'.repeat(20))
  await once(socket, 'close')
  const { origin } = new URL(gateway.url)
  let text = ''
  while (!text.includes('sovd_log_messages_total 20')) text = await (await fetch(`${origin}/metrics`)).text()
  const count = (name: string) => Number(new RegExp(`^sovd_log_messages_${name}_total (\\d+)$`, 'm').exec(text)?.[1])
  assert.equal(count('unmapped') + count('dropped'), 20)
  assert.ok(count('dropped') >= 10, text)
})
