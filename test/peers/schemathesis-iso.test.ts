import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { isJsonObject, type Json, type JsonObject, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openDiagnostics } from '@opensovd/core'
import { createDemoBackend } from '@opensovd/demo-ecu'
import { DEFAULT_ISO_BASE, describeVehicle, openSovdServer } from '@opensovd/server'
import type { CapabilityDescription } from '@opensovd/sovd'
import { missingPythonPeer } from './peer.ts'
import { runSchemathesis } from './run-schemathesis.ts'

const skip = missingPythonPeer('schemathesis')
const clock = systemClock
const log = silentLogger

test("Schemathesis finds nothing in the standard's contract that the description of the demo ECU does not say", {
  skip,
}, async () => {
  await using diagnostics = openDiagnostics({
    clock,
    log,
    createId: randomUUID,
    backends: [createDemoBackend({ static: true, clock, log })],
  })
  const identity = { serverName: 'demo-ecu', serverVersion: '1', description: '' }
  await using server = await openSovdServer({ diagnostics, clock, log, host: '127.0.0.1', port: 0, ...identity })
  const options = { diagnostics, ...identity, base: DEFAULT_ISO_BASE }
  const { document } = await describeVehicle(options, new AbortController().signal)
  const executions = `${server.url}${DEFAULT_ISO_BASE}/components/bms/operations/cell-balance/executions`
  const started: unknown = await (await fetch(executions, { method: 'POST' })).json()
  assert.ok(isJsonObject(started))
  const open = 'cell-balance/executions/{execution-id}'
  const known = JSON.stringify(strict(document)).replaceAll(open, `cell-balance/executions/${started.id}`)
  await runSchemathesis(JSON.parse(known), `${server.url}${DEFAULT_ISO_BASE}`, 5)
})

/** Without the answer that allows every status. */
function strict(document: CapabilityDescription): JsonObject {
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const members = Object.entries(item).map(([name, member]) => [name, withoutDefault(member)] as const)
    return [path, Object.fromEntries(members)] as const
  })
  return { ...document, paths: Object.fromEntries(paths) }
}

function withoutDefault(operation: JsonObject[string]): Json {
  if (operation === undefined) return null
  if (!isJsonObject(operation) || !isJsonObject(operation.responses)) return operation
  const { default: _, ...responses } = operation.responses
  return { ...operation, responses }
}
