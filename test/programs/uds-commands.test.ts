import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually, freePort, run, start } from './program.ts'

const DESCRIPTION = fileURLToPath(new URL('../../docs/examples/ecus/powertrain.yaml', import.meta.url))
/** "W0L000043MB541326", what the description has behind DID F190. */
const VIN = '57304c3030303034334d42353431333236'

/** Starts the simulator; the result are the arguments that reach it. */
async function simulate(t: TestContext): Promise<readonly string[]> {
  const simulator = start(t, ['ecu-sim', DESCRIPTION, '--port', '0'])
  const port = / at 127\.0\.0\.1:(\d+)/.exec(await simulator.ready())?.[1]
  assert(port !== undefined)
  return ['--port', port]
}

test('sovd uds sends requests to an ECU by address, and prints the bytes of both sides', async (t) => {
  const reach = await simulate(t)
  const { code, stdout, stderr } = await run(t, ['uds', '0x1001', '22 F1 90', '3e:00', ...reach])
  assert.deepEqual([code, stderr], [0, ''])
  const lines = stdout.split('\n').filter((line) => !line.endsWith(' ms'))
  assert.deepEqual(lines, [
    '> 22 f1 90',
    `< 62 f1 90 ${VIN.replace(/..(?=.)/g, '$& ')}`,
    `  f190 vin = ${VIN}`,
    '> 3e 00',
    '< 7e 00',
    '',
  ])
})

test('sovd uds reads data by a description, several at once, and names refusals', async (t) => {
  const reach = await simulate(t)
  const args = ['uds', 'engine', '22f190', '2201010103', '22f187', '--description', DESCRIPTION, '--json', ...reach]
  const { code, stdout } = await run(t, args)
  assert.equal(code, 1)
  const [vin, several, refused, ...more] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(more, [])
  assert.deepEqual([vin.request, vin.response, vin.pending], ['22f190', `62f190${VIN}`, 0])
  const name = 'Vehicle identification number'
  assert.deepEqual(vin.values, [{ did: 'f190', id: 'vin', name, value: 'W0L000043MB541326', raw: VIN }])
  assert.deepEqual(
    several.values.map(({ id, value, unit, raw }: Record<string, unknown>) => [id, value, unit, raw]),
    [
      ['coolant-temperature', 88, '°C', '80'],
      ['engine-state', { running: true, startStopActive: false, phase: 'idle' }, undefined, '21'],
    ],
  )
  assert.deepEqual([refused.response, refused.nrc, refused.nrcName], ['7f2231', 0x31, 'requestOutOfRange'])
})

test('sovd uds stops at a refused request, unless told to go on', async (t) => {
  const reach = await simulate(t)
  const refused = await run(t, ['uds', '0x1001', '22f187', '3e00', ...reach])
  assert.equal(refused.code, 1)
  assert.match(refused.stdout, /^> 22 f1 87\n< 7f 22 31 {2}0x31 requestOutOfRange: .*\n {2}[\d.]+ ms\n$/)
  const all = await run(t, ['uds', '0x1001', '22f187', '3e00', '--keep-going', '--json', '--repeat', '2', ...reach])
  assert.equal(all.code, 1)
  assert.deepEqual(
    all.stdout.match(/"response":"\w+"/g)?.map((text) => text.slice(12, -1)),
    ['7f2231', '7e00', '7f2231', '7e00'],
  )
})

test('sovd uds enters a session, unlocks a level with its key, and waits while an ECU works', async (t) => {
  const reach = [...(await simulate(t)), '--description', DESCRIPTION]
  const written = `2ef190${VIN.slice(0, -2)}37`
  const locked = await run(t, ['uds', 'engine', written, '--session', 'extended', ...reach])
  assert.equal(locked.code, 1)
  assert.match(locked.stdout, /< 7f 2e 33 {2}0x33 securityAccessDenied/)
  const prepared = ['--session', '3', '--security', 'workshop']
  const { code, stdout } = await run(t, ['uds', 'engine', written, '22f190', ...prepared, ...reach])
  assert.equal(code, 0, stdout)
  assert.match(stdout, /f190 vin = "W0L000043MB541327"/)

  const slow = await run(t, ['uds', 'battery', '31010301', ...reach])
  assert.equal(slow.code, 0)
  assert.match(
    slow.stdout,
    /< 7f 31 78 {2}0x78 requestCorrectlyReceivedResponsePending: .*\n(< 7f 31 78.*\n)*< 71 01 03 01 00\n/,
  )
})

test('sovd uds ends with 2 for wrong use, with 3 when nobody answers, and says why', async (t) => {
  const port = String(await freePort())
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['none', '3e00'], /unknown ECU "none"; expected a logical address/],
    [['none', '3e00', '--description', DESCRIPTION], /has engine, transmission, battery/],
    [['0x1001', '3e0'], /an odd number of hex digits: '3e0'/],
    [['0x1001', 'wxyz'], /not hex digits/],
    [['0x1001', ''], /at least one byte/],
    [['0x1001'], /missing required argument/],
    [['0x1001', '3e00', '--session', 'extended'], /unknown session "extended"/],
    [['0x1001', '3e00', '--security', '1'], /it takes a --description/],
    [['engine', '3e00', '--description', '/nowhere.yaml'], /cannot be read: no such file \(\/nowhere.yaml\)/],
  ]
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await run(t, ['uds', ...args, '--port', port])
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, message)
  }
  const nobody = await run(t, ['uds', '0x1001', '3e00', '--port', port])
  assert.deepEqual([nobody.code, nobody.stdout], [3, ''])
  assert.match(nobody.stderr, /ECONNREFUSED/)
  const absent = await run(t, ['uds', '0x1009', '3e00', ...(await simulate(t))])
  assert.equal(absent.code, 3)
  assert.match(absent.stderr, /0x03 unknownTargetAddress/)
})

test('sovd uds repeats until Ctrl-C', async (t) => {
  const reach = await simulate(t)
  const program = start(t, ['uds', '0x1001', '3e00', '--repeat', '0', '--every', '0.01', ...reach])
  await eventually(10_000, () => (program.stdout.match(/< 7e 00/g) ?? []).length >= 3 || undefined)
  program.kill('SIGINT')
  assert.equal((await program.exited).code, 130)
})
