import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { addressIn, configFile, eventually, freePort, run, start, temporaryDirectory } from './program.ts'

const DESCRIPTION = fileURLToPath(new URL('../../docs/examples/ecus/powertrain.yaml', import.meta.url))
const IMAGE = Uint8Array.from({ length: 20_000 }, (_, at) => (at * 31) & 0xff)

interface Bench {
  /** The arguments that reach the simulator, with its description. */
  readonly reach: readonly string[]
  readonly image: string
  readonly port: string
  readonly description: string
}

/** Starts the simulator with an engine that is changed, and writes an image. */
async function simulate(
  t: TestContext,
  change: { readonly flash?: object; readonly faults?: object[] } = {},
): Promise<Bench> {
  const directory = temporaryDirectory(t)
  const description = join(directory, 'ecus.json')
  const value = parse(readFileSync(DESCRIPTION, 'utf8'), { merge: true })
  const [engine, transmission] = value.ecus
  transmission.data.push({ id: 'active-session', did: 0xf186, encoding: { type: 'uint', bits: 8 } })
  if (change.flash) engine.flash = change.flash
  if (change.faults) engine.simulation.faults = change.faults
  writeFileSync(description, JSON.stringify(value))
  const image = join(directory, 'image.bin')
  writeFileSync(image, IMAGE)
  const simulator = start(t, ['ecu-sim', description, '--port', '0'])
  const port = / at 127\.0\.0\.1:(\d+)/.exec(await simulator.ready())?.[1]
  assert(port !== undefined)
  return { reach: ['--port', port, '--description', description], image, port, description }
}

async function readMemory(t: TestContext, { reach }: Bench): Promise<string> {
  const unlocked = ['--session', 'extended', '--security', 'workshop']
  const { stdout } = await run(t, ['uds', 'engine', '23440008000000000010', '--json', ...unlocked, ...reach])
  return JSON.parse(stdout).response
}

test('sovd flash programs an ECU by its description, and says that the ECU has verified it', async (t) => {
  const bench = await simulate(t)
  const { code, stdout, stderr } = await run(t, [
    'flash',
    'engine',
    bench.image,
    '--address',
    '0x80000',
    ...bench.reach,
  ])
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^programming 20000 bytes at 0x00080000\n(\d+ %\n)+done: the ECU has verified it\n$/)
  assert.equal(await readMemory(t, bench), `63${Buffer.from(IMAGE.subarray(0, 16)).toString('hex')}`)
})

test('sovd flash does not end with 0 when nothing verifies what the ECU got', async (t) => {
  const flash = { session: 'programming', security: 'flashing', fingerprint: 'fingerprint', erase: 'erase-memory' }
  const { image, reach } = await simulate(t, { flash })
  const { code, stderr } = await run(t, ['flash', 'engine', image, '--address', '0x80000', ...reach])
  assert.equal(code, 4)
  assert.match(stderr, /no routine that verifies/)
})

test('sovd flash says in which step the ECU refused, and what to do now', async (t) => {
  const faults = [{ id: 'worn', request: '3603', effect: { type: 'nrc', code: 0x72 } }]
  const { image, reach } = await simulate(t, { faults })
  const { code, stdout, stderr } = await run(t, ['flash', 'engine', image, '--address', '0x80000', ...reach])
  assert.equal(code, 1)
  assert.doesNotMatch(stdout, /done/)
  assert.match(stderr, /failed in the step "transfer": .*0x72 generalProgrammingFailure/)
  assert.match(stderr, /must be programmed again from the beginning/)
})

test('sovd flash says what to do when the ECU vanishes, and it can be programmed again', async (t) => {
  const effect = { type: 'reboot', downMs: 100, dropConnections: true }
  const bench = await simulate(t, { faults: [{ id: 'crash', request: '3605', times: 1, effect }] })
  const args = ['flash', 'engine', bench.image, '--address', '0x80000', ...bench.reach]
  const { code, stderr } = await run(t, args)
  assert.equal(code, 1)
  assert.match(
    stderr,
    /failed in the step "transfer".*\n.*Wait until the ECU is connected again\. .*from the beginning/,
  )
  assert.equal((await run(t, args)).code, 0)
})

test('sovd flash takes an address outside of what can be programmed for a wrong argument', async (t) => {
  const bench = await simulate(t)
  const { code, stderr } = await run(t, ['flash', 'engine', bench.image, '--address', '0x10', ...bench.reach])
  assert.equal(code, 2, stderr)
  assert.match(stderr, /^sovd: address: \d+ byte\(s\) at 0x00000010 are not in 0x00080000 to /m)
})

test('sovd flash ends the transfer and the session of the ECU at Ctrl-C', async (t) => {
  const bench = await simulate(t, { faults: [{ id: 'slow', request: '36', effect: { type: 'delay', ms: 40 } }] })
  const program = start(t, ['flash', 'engine', bench.image, '--address', '0x80000', ...bench.reach])
  await eventually(15_000, () => /^[1-8]\d %$/m.test(program.stdout) || undefined)
  // As from a terminal, and again from the npm that started it.
  program.kill('SIGINT')
  program.kill('SIGINT')
  assert.equal((await program.exited).code, 130)
  assert.match(
    program.stderr,
    /stopping: .*\n.*it was stopped\. The ECU has no complete software and must be programmed again/,
  )
  const session = await run(t, ['uds', 'engine', '22f186', '--json', ...bench.reach])
  assert.equal(JSON.parse(session.stdout).response, '62f18601')
})

test('sovd flash keeps the other ECUs quiet as long as it programs', async (t) => {
  const bench = await simulate(t, { faults: [{ id: 'slow', request: '36', effect: { type: 'delay', ms: 100 } }] })
  const session = async () => {
    const asked = await run(t, ['uds', 'transmission', '22f186', '--json', '--tester', '0x0e82', ...bench.reach])
    return JSON.parse(asked.stdout).response
  }
  assert.equal(await session(), '62f18601')
  const program = start(t, ['flash', 'engine', bench.image, '--address', '0x80000', ...bench.reach])
  await eventually(15_000, () => /^[1-8]\d %$/m.test(program.stdout) || undefined)
  assert.equal(await session(), '62f18603')
  program.kill('SIGINT')
  assert.equal((await program.exited).code, 130)
  assert.equal(await session(), '62f18601')
})

test('sovd flash lets a gateway program, and follows how that goes', async (t) => {
  const bench = await simulate(t)
  const backend = `[[backends]]\ntype = "doip"\nname = "p"\nhost = "127.0.0.1"\nport = ${bench.port}\n`
  const toml = `${backend}description = ${JSON.stringify(bench.description)}\n[server]\nport = 0\n`
  const native = addressIn(await start(t, ['serve', '--config', configFile(t, toml)]).ready())
  await eventually(10_000, async () => {
    const { connectionState } = JSON.parse(await (await fetch(`${native}/components/engine`)).text())
    return connectionState === 'connected' || undefined
  })
  const url = new URL(native).origin
  const args = ['flash', bench.image, '--address', '0x80000', '--url', url, '--component', 'engine']
  const { code, stdout, stderr } = await run(t, ['flash', 'e', ...args.slice(1)])
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^programming 20000 bytes at 0x00080000\n(\d+ %\n)+done: /)
  assert.equal(await readMemory(t, bench), `63${Buffer.from(IMAGE.subarray(0, 16)).toString('hex')}`)

  const refused = await run(t, ['flash', 'battery', bench.image, '--address', '0', '--url', native])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /the gateway refused POST \/x-uds\/components\/battery\/flash with 501: /)
})

test('sovd flash ends with 2 for wrong use, with 3 when nobody answers, and says why', async (t) => {
  const image = join(temporaryDirectory(t), 'image.bin')
  writeFileSync(image, IMAGE)
  const port = String(await freePort())
  const known = ['--description', DESCRIPTION, '--port', port]
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['engine', image, ...known], /required option '--address/],
    [['engine', image, '--address', 'x', ...known], /expected an address/],
    [['engine', '/nowhere', '--address', '0', ...known], /cannot read \/nowhere/],
    [['engine', image, '--address', '0'], /takes a --description/],
    [['battery', image, '--address', '0', ...known], /does not say how "battery" is programmed/],
    [['none', image, '--address', '0', ...known], /unknown ECU "none"/],
    [['engine', image, '--address', '0', '--url', 'nonsense'], /no address of a gateway/],
    [['engine', image, '--address', '0', '--url', 'http://127.0.0.1', ...known], /the gateway has the description/],
  ]
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await run(t, ['flash', ...args])
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, message)
  }
  const silent = ['flash', 'engine', image, '--address', '0x80000']
  for (const args of [known, ['--url', `http://127.0.0.1:${port}`]]) {
    const { code, stderr } = await run(t, [...silent, ...args])
    assert.equal(code, 3)
    assert.match(stderr, /ECONNREFUSED/)
  }
})
