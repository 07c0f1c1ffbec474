import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openDemoEcu } from '@opensovd/demo-ecu'
import { lint } from '@opensovd/sovd'
import { Validator } from '@seriousme/openapi-schema-validator'
import { configFile, freePort, run, temporaryDirectory } from './program.ts'

async function demoEcu(t: TestContext) {
  const ecu = await openDemoEcu({ host: '127.0.0.1', port: 0, static: true, clock: systemClock, log: silentLogger })
  t.after(() => ecu.close())
  return ecu
}

test('sovd docs export describes everything that the backends have, without serving it', async (t) => {
  const ecu = await demoEcu(t)
  const file = configFile(t, `[[backends]]\nbase_url = "${ecu.url}"`)
  const output = join(temporaryDirectory(t), 'vehicle.json')
  const { code, stdout, stderr } = await run(t, ['docs', 'export', '--config', file, '-o', output])
  assert.deepEqual([code, stdout, stderr], [0, '', ''])
  const document = JSON.parse(readFileSync(output, 'utf8'))
  assert.deepEqual(await new Validator().validate(structuredClone(document)), { valid: true })
  assert.deepEqual(lint(document), [])
  const paths = Object.keys(document.paths)
  for (const path of [
    '/',
    '/components',
    '/components/bms',
    '/components/climate/data/target-temp',
    '/components/bms/operations/self-test/executions/{execution-id}',
    '/components/bms/modes/session',
  ]) {
    assert.ok(paths.includes(path), path)
  }
  const printed = await run(t, ['docs', 'export', '--config', file])
  assert.equal(printed.code, 0)
  assert.deepEqual(JSON.parse(printed.stdout), document)
})

test('sovd docs export says what it could not reach, and writes that only when asked to', async (t) => {
  const ecu = await demoEcu(t)
  const dead = `http://127.0.0.1:${await freePort()}`
  const file = configFile(t, `[[backends]]\nname = "gone"\nbase_url = "${dead}"\n[[backends]]\nbase_url = "${ecu.url}"`)
  const refused = await run(t, ['docs', 'export', '--config', file])
  assert.deepEqual([refused.code, refused.stdout], [1, ''])
  assert.match(refused.stderr, /^sovd: backend gone could not be reached: /m)
  const partial = await run(t, ['docs', 'export', '--config', file, '--partial'])
  assert.equal(partial.code, 0)
  assert.match(partial.stderr, /^sovd: backend gone could not be reached: /m)
  assert.ok(JSON.parse(partial.stdout).paths['/components/bms'])
})

test('sovd docs export fails where it cannot write, and for a configuration that cannot be used', async (t) => {
  const directory = temporaryDirectory(t)
  const file = configFile(t, '')
  const unwritable = await run(t, ['docs', 'export', '--config', file, '-o', directory])
  assert.equal(unwritable.code, 1)
  assert.match(unwritable.stderr, /^sovd: cannot write /)
  const wrong = await run(t, ['docs', 'export', '--config', configFile(t, 'port = 1')])
  assert.equal(wrong.code, 2)
})
