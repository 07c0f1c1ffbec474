import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  missingModules,
  missingProgram,
  PYTHON,
  runPython,
  temporaryFolder,
  withoutModule,
} from '@opensovd/base/testing'
import { loadLibc } from './libc.ts'
import { loadUnixDatagrams, unixDatagrams } from './unix-datagram-socket.ts'

const open = await loadUnixDatagrams()
const SENDER = new URL('testing/sender.py', import.meta.url)
const PROBE = fileURLToPath(new URL('testing/open-and-close-probe.ts', import.meta.url))

function missingKoffi(): string | false {
  if (open) return false
  assert.notEqual(process.env.REQUIRE_PEERS, '1', 'REQUIRE_PEERS is 1, but there is no koffi, or no Linux')
  return 'there is no koffi, or no Linux'
}

function place(t: TestContext): string {
  return join(temporaryFolder(t), 'socket')
}

interface Taken {
  readonly text: string
  readonly isCut: boolean
}

function opened(path: string, onDatagram: (taken: Taken, all: readonly Taken[]) => void = () => {}) {
  assert.ok(open)
  const taken: Taken[] = []
  const failures: Error[] = []
  const socket = open(
    { path, maxBytes: 1000 },
    {
      datagram(bytes, isCut) {
        taken.push({ text: bytes.toString('latin1'), isCut })
        onDatagram({ text: bytes.toString('latin1'), isCut }, taken)
      },
      failed: (error) => failures.push(error),
    },
  )
  return { taken, failures, [Symbol.dispose]: () => socket[Symbol.dispose]() }
}

/** Turns of the event loop, until something is so. */
async function until(isSo: () => boolean): Promise<number> {
  let turns = 0
  for (; !isSo(); turns++) await new Promise(setImmediate)
  return turns
}

const skip = missingKoffi() || missingModules('socket')

describe('a local datagram socket', { skip, timeout: 60_000 }, () => {
  test('takes datagrams of all sizes, and says which it cut', async (t) => {
    const path = place(t)
    using at = opened(path)
    assert.deepEqual(await runPython(SENDER, path, 'sized', '0', '1', '1000', '1001', '100000', '3'), {
      sent: 6,
      refused: 0,
    })
    await until(() => at.taken.length === 6)
    assert.deepEqual(
      at.taken.map(({ text, isCut }) => [text.length, isCut]),
      [
        [0, false],
        [1, false],
        [1000, false],
        [1000, true],
        [1000, true],
        [3, false],
      ],
    )
    assert.equal(at.taken[4]?.text, String.fromCharCode(...Array.from({ length: 1000 }, (_, index) => index & 0xff)))
    assert.equal(at.taken[5]?.text, '\x00\x01\x02')
  })

  test('takes a flood in portions, in its order and without a loss', async (t) => {
    const path = place(t)
    using at = opened(path)
    const COUNT = 20_000
    const sending = runPython(SENDER, path, 'numbered', String(COUNT))
    const turns = await until(() => at.taken.length >= COUNT)
    assert.deepEqual(await sending, { sent: COUNT, refused: 0 })
    assert.deepEqual(
      at.taken.map(({ text }) => Number(text)),
      Array.from({ length: COUNT }, (_, number) => number),
    )
    assert.ok(turns >= COUNT / 64, `${turns} turns`)
  })

  test('leaves what it has no time for to its senders', (t) => {
    const path = place(t)
    using at = opened(path)
    const result = execFileSync(PYTHON, [SENDER.pathname, path, 'refused', '100000'])
    const { sent, refused } = JSON.parse(result.toString())
    assert.deepEqual([sent + refused, refused > 0, at.taken.length], [100_000, true, 0])
  })

  test('takes nothing any more once it is closed, also by who is told of a datagram', async (t) => {
    const path = place(t)
    const at = opened(path, (_, all) => all.length === 3 && at[Symbol.dispose]())
    execFileSync(PYTHON, [SENDER.pathname, path, 'numbered', '6'])
    await until(() => at.taken.length >= 3)
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
    assert.deepEqual([at.taken.length, existsSync(path), at.failures], [3, false, []])
    at[Symbol.dispose]()
  })

  test('makes its sender fail when it is closed while it receives', async (t) => {
    const path = place(t)
    const at = opened(path, (_, all) => all.length === 1000 && at[Symbol.dispose]())
    await assert.rejects(runPython(SENDER, path, 'numbered', '10000000'), /ConnectionRefusedError|ConnectionResetError/)
    assert.equal(at.taken.length, 1000)
  })

  test('takes what logger sends', { skip: missingProgram('logger', '--version') }, async (t) => {
    const path = place(t)
    using at = opened(path)
    await promisify(execFile)('logger', ['--socket', path, '-t', 'pumpd', '-p', 'daemon.err', 'stuck'])
    await until(() => at.taken.length > 0)
    assert.match(at.taken[0]?.text ?? '', /^<27>.* pumpd: stuck$/)
  })

  test('removes its file, but none that took its place', (t) => {
    const path = place(t)
    using at = opened(path)
    renameSync(path, `${path}.old`)
    writeFileSync(path, 'something else')
    at[Symbol.dispose]()
    assert.ok(existsSync(path))
    {
      using _ = opened(`${path}.other`)
      rmSync(`${path}.other`)
    }
  })

  test('cannot be where something is, where nothing can be, or at no path', (t) => {
    const path = place(t)
    using _ = opened(path)
    assert.throws(() => opened(path), { code: 'EADDRINUSE' })
    assert.throws(() => opened(join(path, 'below')), { code: 'ENOTDIR' })
    assert.throws(() => opened(`${path}-folder/socket`), { code: 'ENOENT' })
    assert.throws(() => opened(''), { code: 'EINVAL' })
    assert.throws(() => opened(`${path}\0`), { code: 'EINVAL' })
  })

  test('can have a path as long as one of Node.js can, and no longer', async (t) => {
    const longest = place(t).padEnd(107, 'x')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(longest, resolve))
    await new Promise((resolve) => server.close(resolve))
    using _ = opened(longest)
    assert.ok(existsSync(longest))
    assert.throws(() => opened(`${longest}x`), { code: 'ENAMETOOLONG' })
  })

  test('closes, and says so once, when the system fails', async (t) => {
    const path = place(t)
    const libc = await loadLibc()
    assert.ok(libc)
    let fails = false
    const openFailing = unixDatagrams({
      ...libc,
      recv: (...call) => (fails ? -1 : libc.recv(...call)),
      errorName: () => (fails ? 'ENOMEM' : libc.errorName()),
    })
    const failures: Error[] = []
    using _ = openFailing({ path, maxBytes: 10 }, { datagram: () => {}, failed: (error) => failures.push(error) })
    fails = true
    await runPython(SENDER, path, 'numbered', '1')
    await until(() => failures.length > 0)
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
    assert.deepEqual(
      failures.map(({ message }) => message),
      [`receiving at the datagram socket ${path}: ENOMEM`],
    )
    assert.equal(existsSync(path), false)
  })

  test('does not keep a program running once it is closed', async (t) => {
    const path = place(t)
    const { stdout } = await promisify(execFile)(process.execPath, [PROBE, path], { timeout: 30_000 })
    assert.deepEqual([stdout, existsSync(path)], ['opened', false])
  })
})

test('without koffi there are no local datagram sockets', async (t) => {
  const path = place(t)
  const { stdout } = await promisify(execFile)(process.execPath, [...withoutModule('koffi'), PROBE, path])
  assert.deepEqual([stdout, existsSync(path)], ['unavailable', false])
})
