import { FakeClock } from '@opensovd/base/testing'
import { SimulatedHosts } from './simulated-hosts.ts'
import { tcpContract } from './tcp-contract.ts'
import { udpContract } from './udp-contract.ts'

for (const latencyMs of [0, 5]) {
  const clock = new FakeClock()
  const turn = () => clock.advance(1)
  const hosts = new SimulatedHosts(clock, { latencyMs })
  const host = hosts.host('127.0.0.1', '127.0.0.2', '::1')
  const { openUdp } = host
  const addresses = ['127.0.0.1', '127.0.0.2'] as const
  udpContract(`simulated with ${latencyMs} ms`, {
    openUdp,
    turn,
    addresses,
    tellsDestination: true,
    hasIpv6: true,
    device: undefined,
  })
  const networks = [hosts.host('10.0.0.1'), hosts.host('10.0.0.2')] as const
  tcpContract(`simulated with ${latencyMs} ms`, {
    networks,
    addresses: ['10.0.0.1', '10.0.0.2'],
    turn,
    device: undefined,
  })
}
