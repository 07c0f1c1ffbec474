import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { type Application, createApplication } from '@opensovd/someip'
import { parseConfiguration } from '@opensovd/someip/config'
import { SimulatedHosts } from '@opensovd/someip/testing'
import { askForGreeting, greet } from './request-response.ts'

/** Two hosts in one test: no sockets, and seconds pass at once. */
export async function greetWithoutNetwork(): Promise<string> {
  const clock = new FakeClock()
  const hosts = new SimulatedHosts(clock)
  const start = (unicast: string, services: readonly object[]): Promise<Application> => {
    const text = JSON.stringify({ unicast, services })
    const { configuration } = parseConfiguration({ files: [{ file: 'test.json', text }] })
    return createApplication({ name: 'test', configuration, clock, log: silentLogger, network: hosts.host(unicast) })
  }
  const server = await start('10.0.0.1', [{ service: '0x1111', instance: '0x2222', unreliable: '30509' }])
  const client = await start('10.0.0.2', [])
  await greet(server)
  const greeting = askForGreeting(client, 'World')
  await clock.advance(5000)
  const closed = Promise.all([client.close(), server.close()])
  await clock.advance(5000)
  await closed
  return await greeting
}
