import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Application, createApplication } from '../../application/application.ts'
import { parseConfiguration } from '../../config/load.ts'
import { openNodeNetwork } from '../../endpoint/node-network.ts'

export const SD_GROUP = '224.244.224.245'

/** Sends every message at once, in a datagram of its own. */
export const AT_ONCE = {
  'npdu-default-timings': {
    'debounce-time-request': '0',
    'debounce-time-response': '0',
    'max-retention-time-request': '0',
    'max-retention-time-response': '0',
  },
}

/** An application on a real address of this machine, which finds others quickly; configured with the sections given. */
export async function startApplication(unicast: string, sdPort: number, sections: object = {}): Promise<Application> {
  const discovery = { multicast: SD_GROUP, port: `${sdPort}`, initial_delay_max: '10', cyclic_offer_delay: '200' }
  const given = { unicast, netmask: '255.0.0.0', 'service-discovery': discovery, ...sections }
  const { configuration } = parseConfiguration({ files: [{ file: 'test.json', text: JSON.stringify(given) }] })
  const network = await openNodeNetwork()
  return await createApplication({ name: 'test', configuration, clock: systemClock, log: silentLogger, network })
}

/** A port that nobody has at present, over UDP. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  const socket = createSocket('udp4').bind(0, address)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
