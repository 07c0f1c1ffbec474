import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openDemoEcu } from '@opensovd/demo-ecu'
import { missingPythonPeer } from './peer.ts'
import { runSchemathesis } from './run-schemathesis.ts'

const skip = missingPythonPeer('schemathesis')

test('Schemathesis finds nothing in the native contract that its document does not say', { skip }, async () => {
  await using ecu = await openDemoEcu({
    host: '127.0.0.1',
    port: 0,
    static: true,
    clock: systemClock,
    log: silentLogger,
  })
  const document: unknown = await (await fetch(`${ecu.url}/openapi.json`)).json()
  assert.ok(isJsonObject(document))
  await runSchemathesis(document, ecu.url, 15)
})
