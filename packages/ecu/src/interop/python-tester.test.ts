import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { missingModules, runPython } from '@opensovd/base/testing'
import { nodeNetwork } from '@opensovd/uds/node'
import { openGatewaySimulator } from '../simulator/gateway-simulator.ts'
import { shippedDescription } from '../testing/simulated-ecu.ts'

/** The engine of the shipped description, with a fixed voltage and without the time of a restart. */
function steadyEngine() {
  const description = shippedDescription()
  const [engine, ...others] = description.ecus
  assert.ok(engine)
  const values = { ...engine.simulation.values, 'battery-voltage': 13.8, 'engine-speed': 820 }
  return { ...description, ecus: [{ ...engine, simulation: { ...engine.simulation, values } }, ...others] }
}

test('doipclient and udsoncan understand the simulator', {
  skip: missingModules('doipclient', 'udsoncan'),
}, async () => {
  const runtime = { network: nodeNetwork(), clock: systemClock, log: silentLogger }
  const settings = { host: '127.0.0.1', tcpPort: 0, udpPort: 0, announceCount: 0 }
  await using gateway = await openGatewaySimulator(runtime, steadyEngine(), settings)
  const result = await runPython(
    new URL('./doipclient_udsoncan.py', import.meta.url),
    String(gateway.addresses.tcp.port),
  )
  const hot = { dtc: 0x021700, status: 0xaf }
  const none = { snapshots: [], extended: [] }
  assert.deepEqual(result, {
    vin: 'W0L000043MB541326',
    refused_write: 0x31,
    p2: [0.05, 5],
    written: 'ff9c',
    hot: [{ ...hot, ...none }],
    snapshot: [
      {
        ...hot,
        snapshots: [
          [1, 0x0100, '0cd0'],
          [1, 0x0101, 'a0'],
          [1, 0x0102, '8a'],
        ],
        extended: [],
      },
    ],
    extended: [{ ...hot, snapshots: [], extended: [[1, '01']] }],
    supported: 4,
    count: 1,
    cleared: 0,
    started: '00',
    running: '000000',
    flash: { payload: 1024, verified: '00', same: true },
    reset: 3,
  })
})
