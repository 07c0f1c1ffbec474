import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import { createApplication } from '../application/application.ts'
import { parseConfiguration } from '../config/load.ts'
import { openNodeNetwork } from '../endpoint/node-network.ts'
import { missingModules, runPython } from './testing/judge.ts'

const SERVER = '127.0.0.1'
const CLIENT = '127.0.0.2'
const GROUP = '224.244.224.245'
const [SERVICE, INSTANCE, METHOD, EVENTGROUP, EVENT] = [0x1234, 0x5678, 0x0421, 0x4465, 0x8778]

/** Without collecting: someipy reads only the first message of a datagram. */
const AT_ONCE = {
  'debounce-time-request': '0',
  'debounce-time-response': '0',
  'max-retention-time-request': '0',
  'max-retention-time-response': '0',
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, SERVER)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

async function startServer(sdPort: number) {
  const given = {
    unicast: SERVER,
    netmask: '255.0.0.0',
    'service-discovery': { multicast: GROUP, port: `${sdPort}`, initial_delay_max: '10', cyclic_offer_delay: '200' },
    'npdu-default-timings': AT_ONCE,
    services: [{ service: `${SERVICE}`, instance: `${INSTANCE}`, unreliable: `${await freePort()}` }],
  }
  const { configuration } = parseConfiguration({ files: [{ file: 'test.json', text: JSON.stringify(given) }] })
  const network = await openNodeNetwork()
  return await createApplication({ name: 'test', configuration, clock: systemClock, log: silentLogger, network })
}

test('someipy finds our service, calls it and gets its field', { skip: missingModules('someipy') }, async () => {
  const sdPort = await freePort()
  await using server = await startServer(sdPort)
  const offered = await server.offerService({
    serviceId: SERVICE,
    instanceId: INSTANCE,
    majorVersion: 1,
    events: [{ eventId: EVENT, eventgroupIds: [EVENTGROUP], kind: 'field', initialValue: fromHex('cafe') }],
    methods: {
      [METHOD]: ({ payload }) => {
        offered.notify(EVENT, fromHex('beef'))
        return payload.toReversed()
      },
    },
  })
  const asked = {
    host: CLIENT,
    port: await freePort(),
    sd_address: GROUP,
    sd_port: sdPort,
    service: SERVICE,
    instance: INSTANCE,
    method: METHOD,
    eventgroup: EVENTGROUP,
    event: EVENT,
  }
  const answer = await runPython(new URL('./someipy_client.py', import.meta.url), JSON.stringify(asked))
  assert.deepEqual(answer, {
    response: '030201',
    returnCode: 0,
    events: [
      [EVENT, 'cafe'],
      [EVENT, 'beef'],
    ],
  })
})
