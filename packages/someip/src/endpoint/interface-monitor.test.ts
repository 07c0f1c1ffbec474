import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { InterfaceMonitor } from './interface-monitor.ts'
import { SimulatedHosts } from './testing/simulated-hosts.ts'

function setUp() {
  const clock = new FakeClock()
  const hosts = new SimulatedHosts(clock)
  const failures: unknown[] = []
  const monitor = new InterfaceMonitor({
    network: hosts.host('10.0.0.1', '10.0.0.2'),
    clock,
    onFailure: (error) => failures.push(error),
  })
  const events: string[] = []
  const stop = monitor.onChange(({ kind, interface: { name, address } }) =>
    events.push(`${clock.monotonic()} ${kind} ${name} ${address}`),
  )
  return { clock, hosts, monitor, events, failures, stop }
}

test('tells what went down and what came up, once, at the next look', async () => {
  const { clock, hosts, monitor, events, stop } = setUp()
  assert.deepEqual([monitor.isUp('10.0.0.1'), monitor.isUp('10.0.0.3')], [true, false])
  await clock.advance(1500)
  hosts.cutOff('10.0.0.1')
  assert.equal(monitor.isUp('10.0.0.1'), true)
  await clock.advance(5000)
  assert.equal(monitor.isUp('10.0.0.1'), false)
  hosts.reconnect('10.0.0.1')
  await clock.advance(5000)
  assert.deepEqual(events, ['2000 down sim0 10.0.0.1', '7000 up sim0 10.0.0.1'])
  stop()
  hosts.cutOff('10.0.0.2')
  await clock.advance(5000)
  assert.equal(events.length, 2)
})

test('waits until an interface is up, or the waiting is given up', async () => {
  const { clock, hosts, monitor } = setUp()
  await monitor.whenUp('10.0.0.1')
  hosts.cutOff('10.0.0.1')
  await clock.advance(1000)
  const controller = new AbortController()
  let isUp = false
  const waiting = monitor.whenUp('10.0.0.1').then(() => {
    isUp = true
  })
  const given = assert.rejects(monitor.whenUp('10.0.0.1', controller.signal), { message: 'enough' })
  controller.abort(new Error('enough'))
  await given
  await assert.rejects(monitor.whenUp('10.0.0.1', controller.signal), { message: 'enough' })
  await clock.advance(1000)
  assert.equal(isUp, false)
  hosts.reconnect('10.0.0.1')
  await clock.advance(1000)
  await waiting
  assert.equal(isUp, true)
})

test('a listener that throws is reported and disturbs no other', async () => {
  const { clock, hosts, monitor, events, failures } = setUp()
  monitor.onChange(() => {
    throw new Error('broken')
  })
  const later: string[] = []
  monitor.onChange(({ kind }) => later.push(kind))
  hosts.cutOff('10.0.0.1')
  await clock.advance(1000)
  assert.deepEqual([events.length, later, failures.length], [1, ['down'], 1])
})

test('looks no more once it is closed', async () => {
  const { clock, hosts, monitor, events } = setUp()
  monitor[Symbol.dispose]()
  monitor[Symbol.dispose]()
  hosts.cutOff('10.0.0.1')
  await clock.advance(5000)
  assert.deepEqual([events, clock.pending], [[], 0])
})
