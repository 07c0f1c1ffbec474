import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openDemoEcu } from '@opensovd/demo-ecu'
import { CHECKS } from '../../apps/sovd/src/conformance/suite.ts'
import { OPERATIONS } from '../../packages/sovd/src/iso/testing/operations.ts'
import { freePort, run, temporaryDirectory } from './program.ts'

async function demoEcu(t: TestContext): Promise<string> {
  const ecu = await openDemoEcu({ host: '127.0.0.1', port: 0, static: true, clock: systemClock, log: silentLogger })
  t.after(() => ecu.close())
  return ecu.url
}

/** An operation without the names of its parameters. */
function plain(operation: string): string {
  const general = operation
    .replace('{entity-collection}', '{entityCollection}')
    .replace('{entityCollection}/{entityId}', 'E')
    .replace('{E}', '/E')
  return general.replaceAll(/\{[\w-]+\}/g, '{}').replaceAll('//', '/')
}

test('each operation of the standard has a check', () => {
  const expected = [...OPERATIONS.map(({ method, path }) => `${method} ${path}`), 'GET /{any-path}/docs']
  const checked = CHECKS.filter(({ isExtra }) => !isExtra).map(({ operation }) => operation)
  assert.deepEqual(checked.map(plain).toSorted(), expected.map(plain).toSorted())
})

test('sovd conformance finds nothing wrong with the demo ECU, by whichever address', async (t) => {
  const url = await demoEcu(t)
  for (const address of [url, `${url}/vehicle/v1/`]) {
    const { code, stdout, stderr } = await run(t, ['conformance', address])
    assert.deepEqual([code, stderr], [0, ''], stdout)
    assert.match(stdout, new RegExp(`^${url}/vehicle/v1: \\d+ entities\n`))
    assert.match(
      stdout,
      /\n\d+ of 94 operations exercised, \d+ passed, 0 failed, \d+ not offered, \d+ not exercised\n$/,
    )
  }
})

test('sovd conformance makes changes when it may, and writes a JUnit report', async (t) => {
  const url = await demoEcu(t)
  const junit = join(temporaryDirectory(t), 'junit.xml')
  const { code, stdout } = await run(t, ['conformance', url, '--disrupt', '--junit', junit])
  assert.equal(code, 0, stdout)
  for (const operation of ['POST {E}/locks', 'PUT {E}/data/{data-id}', 'DELETE {E}/faults']) {
    assert.ok(stdout.includes(`ok   ${operation} [`), operation)
  }
  const report = readFileSync(junit, 'utf8')
  assert.match(report, /failures="0"/)
  assert.equal(report.match(/<testcase /g)?.length, CHECKS.length)
})

test('sovd conformance ends with 1 where something is wrong, and checks only what it is asked to', async (t) => {
  const url = await demoEcu(t)
  const wrong = await run(t, ['conformance', `${url}/sovd/v1`])
  assert.equal(wrong.code, 1)
  assert.match(wrong.stdout, /^FAIL GET \/ \[7\.6\.3\]\n +GET \/: body must have required property 'id'/m)
  const some = await run(t, ['conformance', url, '--only', '{E}/faults'])
  assert.equal(some.code, 0)
  assert.deepEqual(new Set(some.stdout.match(/\{E\}\/[a-z-]+/g)), new Set(['{E}/faults']))
})

test('sovd conformance sends the headers it is given', async (t) => {
  const seen = new Set<string | undefined>()
  const server = createServer(({ headers }, response) => {
    seen.add(headers.authorization)
    response.writeHead(401, { 'content-type': 'application/json' }).end('{}')
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  t.after(() => server.close())
  await run(t, ['conformance', `http://127.0.0.1:${port}`, '--header', 'Authorization: Bearer a:b'])
  assert.deepEqual([...seen], ['Bearer a:b'])
})

test('sovd conformance ends with 2 when there is nobody, or it is used the wrong way', async (t) => {
  const nobody = await run(t, ['conformance', `http://127.0.0.1:${await freePort()}`])
  assert.equal(nobody.code, 2)
  assert.match(nobody.stderr, /^sovd: GET /)
  assert.equal((await run(t, ['conformance'])).code, 2)
})
