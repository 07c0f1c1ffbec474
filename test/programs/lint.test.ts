import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openDemoEcu } from '@opensovd/demo-ecu'
import { freePort, run, temporaryDirectory } from './program.ts'

const CLEAN = { openapi: '3.1.0', info: { 'x-sovd-version': '1.1' }, paths: {} }

function file(t: TestContext, content: unknown): string {
  const path = join(temporaryDirectory(t), 'description.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

test('sovd lint says that there is nothing to say', async (t) => {
  const place = file(t, CLEAN)
  assert.deepEqual(await run(t, ['lint', place]), { code: 0, stdout: `ok: ${place}\n`, stderr: '' })
  assert.deepEqual(JSON.parse((await run(t, ['lint', place, '--json'])).stdout), { findings: [] })
})

test('sovd lint says what is wrong, where, and by which clause', async (t) => {
  const place = file(t, { ...CLEAN, info: {} })
  const { code, stdout } = await run(t, ['lint', place])
  assert.equal(code, 1)
  assert.equal(stdout, `/info: has no x-sovd-version (sovd-version, 6.2.1)\n1 finding in ${place}\n`)
  const { findings } = JSON.parse((await run(t, ['lint', '--json', place])).stdout)
  assert.deepEqual(findings, [
    { rule: 'sovd-version', clause: '6.2.1', place: '/info', message: 'has no x-sovd-version' },
  ])
})

test('sovd lint finds nothing in what our own server describes', async (t) => {
  const ecu = await openDemoEcu({ host: '127.0.0.1', port: 0, static: true, clock: systemClock, log: silentLogger })
  t.after(() => ecu.close())
  for (const path of ['', '/components/bms/operations', '/components/climate/data']) {
    const { code, stdout } = await run(t, ['lint', `${ecu.url}/vehicle/v1${path}/docs`])
    assert.equal(code, 0, stdout)
  }
  const missing = await run(t, ['lint', `${ecu.url}/vehicle/v1/components/none/docs`])
  assert.equal(missing.code, 2)
  assert.match(missing.stderr, /was answered with 404\n$/)
})

test('sovd lint ends with 2 when it is used the wrong way, and with 0 for help', async (t) => {
  for (const args of [[], ['a', 'b'], ['--nothing']]) assert.equal((await run(t, ['lint', ...args])).code, 2)
  assert.equal((await run(t, ['lint', '--help'])).code, 0)
})

test('sovd lint ends with 2 for what it cannot read', async (t) => {
  const nowhere = `http://127.0.0.1:${await freePort()}/docs`
  const places = [file(t, 'no JSON'), file(t, '[]'), file(t, '['.repeat(1000)), '/nowhere/description.json', nowhere]
  for (const place of places) {
    const { code, stdout, stderr } = await run(t, ['lint', place])
    assert.deepEqual([code, stdout], [2, ''], place)
    assert.match(stderr, /^sovd: /)
  }
})
