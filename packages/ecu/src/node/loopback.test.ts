import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { DoipLinks, identify, unlock } from '@opensovd/uds'
import { nodeNetwork } from '@opensovd/uds/node'
import { openGatewaySimulator } from '../simulator/gateway-simulator.ts'
import { keyProvider } from '../simulator/key-provider.ts'
import { describeEcu, shippedDescription } from '../testing/simulated-ecu.ts'
import { commandKeys } from './index.ts'

const HOST = '127.0.0.1'
const runtime = { network: nodeNetwork(), clock: systemClock, log: silentLogger }
const settings = { host: HOST, tcpPort: 0, udpPort: 0, announceCount: 0, timing: { announceWaitMs: 0 } }

test('the simulator is found and read over sockets, in segments of any length', async () => {
  const shipped = shippedDescription()
  const fragment = { bytes: 3, pauseMs: 0 }
  const description = { ...shipped, gateway: { ...shipped.gateway, simulation: { fragment } } }
  await using gateway = await openGatewaySimulator(runtime, description, settings)
  await using links = new DoipLinks(runtime)
  const { tcp, udp } = gateway.addresses
  const [found] = await identify(runtime, udp)
  assert.equal(found?.vin, shipped.gateway.vin)
  const ecu = links.link({ host: HOST, port: tcp.port, testerAddress: 0x0e80 }).tester.ecu(0x1003)
  const { data } = await ecu.request('readDataByIdentifier', { dids: [0x0301] })
  assert.equal(data.length, 16)
})

test('a program computes the keys of a level, for simulator and client alike', async () => {
  const script =
    'process.stdin.on("data",d=>{const s=JSON.parse(d).seed;process.stdout.write(s.split("").reverse().join(""))})'
  const key = { type: 'command' as const, command: process.execPath, args: ['-e', script], timeoutMs: 5000 }
  const description = describeEcu({
    sessions: [{ id: 'extended', session: 3 }],
    security: { levels: [{ id: 'a', level: 1, seedLength: 2, sessions: ['extended'], key }] },
  })
  await using gateway = await openGatewaySimulator(runtime, description, { ...settings, commandKeys })
  await using links = new DoipLinks(runtime)
  const { port } = gateway.addresses.tcp
  const ecu = links.link({ host: HOST, port, testerAddress: 0x0e80 }).tester.ecu(0x1001)
  await ecu.request('diagnosticSessionControl', { session: 3 })
  await unlock(ecu, { level: 1, provider: keyProvider(key, commandKeys) })
  assert.equal(gateway.ecu('one').server.state.current.securityLevel, 1)
})
