// Offers a service that greets, until Ctrl-C:
//   VSOMEIP_CONFIGURATION=docs/examples/someip/first-application.json node docs/examples/someip/first-application.ts
import { once } from 'node:events'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { createApplication, openNodeNetwork } from '@opensovd/someip'
import { formatProblem, loadConfiguration, nodeFiles } from '@opensovd/someip/config'
import { greet } from './request-response.ts'

const { configuration, problems } = await loadConfiguration({
  applicationName: 'first',
  environment: process.env,
  files: nodeFiles,
  workingDirectory: process.cwd(),
  owner: undefined,
})
for (const problem of problems) console.error(formatProblem(problem))

await using application = await createApplication({
  name: 'first',
  configuration,
  clock: systemClock,
  log: silentLogger,
  network: await openNodeNetwork(),
})
await greet(application)
const interrupted = once(process, 'SIGINT')
console.log('ready')
await interrupted
