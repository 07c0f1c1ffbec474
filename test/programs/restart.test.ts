import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { at, call, connectionState } from './api.ts'
import { addressIn, configFile, eventually, freePort, start } from './program.ts'
import { openSource } from './source.ts'

const READERS = 8
const READS: readonly (readonly [path: string, value: number])[] = [
  ['bms/data/soc', 78.5],
  ['bms/data/charge-limit', 80],
  ['climate/data/fan-speed', 3],
]
/** What a read may say while its backend is away. */
const EXCUSES = [502, 503, 504]

interface Load {
  /** Answers that were neither the right value nor a proper excuse. */
  readonly wrong: unknown[]
  good: number
  excused: number
  stop(): Promise<void>
}

function startLoad(url: string): Load {
  const ended = new AbortController()
  const load = { wrong: [] as unknown[], good: 0, excused: 0 }
  const readers = Array.from({ length: READERS }, async (_, reader) => {
    for (let turn = reader; !ended.signal.aborted; turn += 1) {
      const [path, value] = READS[turn % READS.length] ?? ['', 0]
      const { status, body } = await call(`${url}/components/${path}`)
      if (status === 200 && at(body, 'value') === value) load.good += 1
      else if (EXCUSES.includes(status) && at(body, 'error', 'code') === `SOVD-ERR-${status}`) load.excused += 1
      else load.wrong.push({ path, status, body })
    }
  })
  return Object.assign(load, {
    stop: async () => {
      ended.abort()
      await Promise.all(readers)
    },
  })
}

async function startEcu(t: TestContext, port: number) {
  const ecu = start(t, ['demo-ecu', '--static', '--port', String(port)])
  await ecu.ready()
  return ecu
}

test('a backend that is killed and comes back under load costs no wrong answer and no restart', async (t) => {
  const port = await freePort()
  const source = await openSource(t)
  const ecu = await startEcu(t, port)
  const file = configFile(
    t,
    `[[backends]]\nbase_url = "http://127.0.0.1:${port}"\n[[backends]]\nbase_url = "${source.url}"`,
  )
  const gateway = start(t, ['serve', '--config', file], { env: { SOVD__SERVER__PORT: '0' } })
  const url = addressIn(await gateway.ready())
  await connectionState(url, 'bms', 'connected')

  const load = startLoad(url)
  await eventually(10_000, () => (load.good > 100 ? true : undefined))
  ecu.kill('SIGKILL')
  await ecu.exited
  await connectionState(url, 'bms', 'disconnected')
  const excusedBefore = load.excused
  await eventually(5000, () => (load.excused > excusedBefore + READERS ? true : undefined))
  await connectionState(url, 'slow', 'connected', 1000)

  const back = await startEcu(t, port)
  const goodBefore = load.good
  await eventually(10_000, () => (load.good > goodBefore + 100 ? true : undefined))
  await connectionState(url, 'bms', 'connected')
  await load.stop()

  assert.deepEqual(load.wrong, [])
  back.kill('SIGTERM')
  gateway.kill('SIGTERM')
  assert.deepEqual(await gateway.exited, { code: 0, signal: null })
})

test('a backend that is away at the start is found when it comes', async (t) => {
  const port = await freePort()
  const file = configFile(t, `[[backends]]\nbase_url = "http://127.0.0.1:${port}"\ncomponent_ids = ["bms"]`)
  const gateway = start(t, ['serve', '--config', file], { env: { SOVD__SERVER__PORT: '0' } })
  const url = addressIn(await gateway.ready())
  await connectionState(url, 'bms', 'disconnected')
  await startEcu(t, port)
  await connectionState(url, 'bms', 'connected')
  assert.equal(at((await call(`${url}/components/bms/data/soc`)).body, 'value'), 78.5)
})
