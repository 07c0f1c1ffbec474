import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { securityAccessHandler } from './security-access.ts'
import { UdsServer } from './uds-server.ts'

async function ask(server: UdsServer, hex: string): Promise<string> {
  const sent: string[] = []
  server.receive({ tester: 0x0e00, functional: false, data: fromHex(hex) }, (answer) => sent.push(toHex(answer)))
  await settle()
  return sent.join()
}

test('an ECU that is reset while it computes a key stays locked', async () => {
  const clock = new FakeClock()
  const computed = Promise.withResolvers<boolean>()
  const level = { level: 1, seed: () => fromHex('3657'), accepts: () => computed.promise }
  const services = { securityAccess: securityAccessHandler(clock, [level]) }
  using server = new UdsServer({ clock, log: silentLogger }, { logicalAddress: 1, services })
  assert.equal(await ask(server, '2701'), '67013657')
  assert.equal(await ask(server, '2702c9a9'), '')
  server.reset()
  computed.resolve(true)
  await settle()
  assert.equal(server.state.current.securityLevel, undefined)
})

test('a seed does not outlive a reset', async () => {
  const level = { level: 1, seed: () => fromHex('3657'), accepts: () => true }
  const clock = new FakeClock()
  const services = { securityAccess: securityAccessHandler(clock, [level]) }
  using server = new UdsServer({ clock, log: silentLogger }, { logicalAddress: 1, services })
  await ask(server, '2701')
  server.reset()
  assert.equal(await ask(server, '2702c9a9'), '7f2724')
})
