import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { interfaceNameOf, systemInterfaces } from './interfaces.ts'
import { namespaceObstacle, runInNamespace } from './testing/network-namespace.ts'
import { skipFor } from './testing/skip.ts'

const PROBE = fileURLToPath(new URL('./testing/interface-probe.ts', import.meta.url))

test('the loopback interface is found by its address', () => {
  const loopback = systemInterfaces().find(({ address }) => address === '127.0.0.1')
  assert.equal(loopback?.prefixLength, 8)
  assert.equal(interfaceNameOf('127.0.0.1'), loopback?.name)
  assert.throws(() => interfaceNameOf('192.0.2.77'), { code: 'ENDPOINT_ADDRESS_NOT_AVAILABLE' })
})

test('an interface that goes down and comes up is noticed', { skip: skipFor(await namespaceObstacle()) }, async () => {
  const { first, events, failures } = JSON.parse(await runInNamespace(PROBE))
  const all = ['d0 10.99.0.1/24', 'd0 fd99::1/64', 'd0 fe80::99%d0/64', 'lo 127.0.0.1/8', 'lo ::1/128']
  assert.deepEqual(first, all)
  assert.deepEqual([events, failures], [['down d0 10.99.0.1/24', 'up d0 10.99.0.1/24'], []])
})
