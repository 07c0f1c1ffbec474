/**
 * One end of the measurement of service discovery: `offer <count>` offers services, `hear <count>` requests as many, 0 of
 * either only listens. Prints `ready` in the main phase, and the CPU time in us that it has used at each line of input.
 */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Application, createApplication, openNodeNetwork } from '@opensovd/someip'
import { loadConfiguration, nodeFiles } from '@opensovd/someip/config'

const FIRST_SERVICE = 0x2000
const INSTANCE = 1
/** The first delays and repetitions of the configuration are over then. */
const SETTLED_MS = 4000

const [role = '', text = '0'] = process.argv.slice(2)
const count = Number(text)
const name = process.env.VSOMEIP_APPLICATION_NAME ?? 'announce'
const { configuration } = await loadConfiguration({
  ...{ applicationName: name, environment: process.env, files: nodeFiles },
  ...{ workingDirectory: process.cwd(), owner: undefined },
})
const network = await openNodeNetwork()
const application = await createApplication({ name, configuration, clock: systemClock, log: silentLogger, network })
await (role === 'offer' ? offer(application) : hear(application))
console.log('ready')
createInterface({ input: process.stdin }).on('line', () => {
  const { user, system } = process.cpuUsage()
  console.log(user + system)
})
await once(process.stdin, 'end')
process.exit()

async function offer(application: Application): Promise<void> {
  for (let index = 0; index < count; index++) {
    await application.offerService({ serviceId: FIRST_SERVICE + index, instanceId: INSTANCE })
  }
  await systemClock.sleep(SETTLED_MS)
}

async function hear(application: Application): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => FIRST_SERVICE + index)
  const requested = ids.map((serviceId) => application.requestService({ serviceId, instanceId: INSTANCE }))
  await Promise.all(requested.map((service) => service.whenAvailable()))
}
