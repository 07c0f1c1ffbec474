import assert from 'node:assert/strict'
import { parseConfiguration } from '../../config/load.ts'
import type { FuzzTarget } from './target.ts'

const TEXT = JSON.stringify({
  unicast: '10.0.0.1',
  netmask: 24,
  logging: { level: 'debug', file: { enable: 'true', path: '/tmp/x' } },
  applications: [{ name: 'a', id: '0x1277', threads: 2, plugins: [{ application_plugin: 'x' }] }],
  services: [
    {
      ...{
        service: '0x1234',
        instance: 22136,
        unreliable: '30509',
        reliable: { port: 30510, 'enable-magic-cookies': true },
      },
      events: [{ event: '0x8778', is_field: true, is_reliable: 'true', 'update-cycle': 2000 }],
      eventgroups: [{ eventgroup: '0x4465', events: ['0x8778'], multicast: { address: '224.1.2.3', port: 32344 } }],
      'debounce-times': { requests: { '0x1': 2 }, responses: { '0x2': { 'debounce-time': 4 } } },
      'someip-tp': { 'client-to-service': [{ method: '0x1', 'max-segment-length': '1392' }] },
    },
  ],
  security: {
    check_credentials: true,
    policies: [{ credentials: { uid: 0, gid: 'any' }, allow: { offers: [{ service: 1 }] } }],
  },
  e2e: { e2e_enabled: 'true', protected: [{ service_id: 1, event_id: 2, profile: 'P04', variant: 'both' }] },
  'payload-sizes': [{ unicast: '10.0.0.2', ports: [{ port: 30509, 'max-payload-size': 1400 }] }],
  routing: { host: { name: 'a', uid: 0 }, guests: { ports: [{ first: 1, last: 2 }] } },
  'service-discovery': { enable: true, multicast: '224.244.224.245', port: 30490, ttl: 3, debounce: [] },
})
const BYTES = new TextEncoder().encode(TEXT)
const decoder = new TextDecoder()

/** Any text makes a configuration, and each problem has its place. */
function checkConfiguration(bytes: Uint8Array): void {
  const { problems } = parseConfiguration({ files: [{ file: 'a.json', text: decoder.decode(bytes) }] })
  for (const { line, column, message } of problems) assert.ok(line > 0 && column > 0 && message !== '')
}

export const CONFIGURATION_TARGETS: readonly FuzzTarget[] = [
  { name: 'configuration', weight: 3, generate: (random) => random.mutate(BYTES), check: checkConfiguration },
]
