import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfiguration } from '../config/load.ts'
import { SERVICE } from './testing/entries.ts'
import { HERE, World } from './testing/world.ts'

test('takes the sections of a vsomeip configuration as they are', async () => {
  const text = JSON.stringify({
    unicast: HERE,
    netmask: '255.255.0.0',
    'service-discovery': {
      initial_delay_min: '10',
      initial_delay_max: '10',
      repetitions_base_delay: '20',
      repetitions_max: '1',
      cyclic_offer_delay: '0',
      ttl_factor_offers: [{ service: '0x1234', instance: '0x5678', ttl_factor: '5' }],
    },
    internal_services: [{ first: 'f700', last: 'f7ff' }],
  })
  const { configuration, problems } = parseConfiguration({ files: [{ file: 'vsomeip.json', text }] })
  assert.deepEqual(problems, [])
  const world = new World()
  const { discovery } = world.host(HERE, {
    network: configuration.network,
    parameters: configuration.serviceDiscovery,
    internalServices: configuration.internalServices,
  })
  discovery.offer({ ...SERVICE, unreliablePort: 30_509, eventgroups: [] })
  discovery.request({ serviceId: 0xf701, instanceId: 1 })
  discovery.request({ serviceId: 1, instanceId: 1 })
  discovery.start()
  await world.clock.advance(100)
  assert.deepEqual(world.sentBy(HERE), [
    `10 * Offer 1234.5678 udp ${HERE}:30509`,
    '10 * Find 0001.0001',
    `30 * Offer 1234.5678 udp ${HERE}:30509`,
    '30 * Find 0001.0001',
    `70 * Offer 1234.5678 udp ${HERE}:30509`,
  ])
})
