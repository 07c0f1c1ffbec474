import { Scope, silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { parseConfiguration } from '../../config/load.ts'
import { serviceOf } from '../../config/queries.ts'
import { type EndpointAddress, endpointAddress } from '../../endpoint/endpoint-address.ts'
import type { DebounceRule } from '../../events/debounce-gate.ts'
import { splitDatagram } from '../../wire/datagram.ts'
import { ClientPort } from '../client-port.ts'
import { Departures } from '../departures.ts'
import { E2eGuards } from '../e2e-guards.ts'
import { EventSubscriptions } from '../event-subscriptions.ts'
import { LimitedLog } from '../limited-log.ts'
import { Outbox } from '../outbox.ts'
import { PendingCalls } from '../pending-calls.ts'
import { RequestedService } from '../requested-service.ts'
import { RecordingPort } from './recording-port.ts'

export const SERVER = endpointAddress('10.77.0.1', 30509)

export interface ClientBenchOptions {
  readonly configuration?: object
  readonly rule?: DebounceRule
}

/** Client 0x1343 of service 0x1234.0x5678, which is available at `SERVER` over UDP in version 0. */
export function clientBench({ configuration: given = {}, rule }: ClientBenchOptions = {}) {
  const clock = new FakeClock()
  const { configuration } = parseConfiguration({ files: [{ file: 'test.json', text: JSON.stringify(given) }] })
  const failures: unknown[] = []
  const onFailure = (error: unknown) => failures.push(error)
  const groups: string[] = []
  const limitedLog = new LimitedLog(clock, silentLogger)
  const calls = new PendingCalls(clock)
  const subscriptions = new EventSubscriptions({
    clock,
    ruleOf: () => rule,
    configuredFields: [],
    subscribe: ({ eventgroupId }) => groups.push(`subscribe ${eventgroupId.toString(16)}`),
    unsubscribe: ({ eventgroupId }) => groups.push(`unsubscribe ${eventgroupId.toString(16)}`),
    onFailure,
  })
  const service = new RequestedService({
    ids: { serviceId: 0x1234, instanceId: 0x5678 },
    clientId: 0x1343,
    guards: new E2eGuards(configuration.e2e, 0x1234, 0x5678),
    departures: new Departures(configuration, serviceOf(configuration, 0x1234, 0x5678), 'requests'),
    outbox: new Outbox(clock, new Scope(onFailure)),
    ...{ calls, limitedLog, subscriptions, onFailure },
  })
  const port = new RecordingPort('unreliable')
  const client = new ClientPort({ clock, log: limitedLog, calls, remote: SERVER, maxPayloadBytes: 100_000 })
  client.port = port
  client.add(service)
  const makeAvailable = () =>
    service.changeAvailability({ majorVersion: 0, minorVersion: 0, reliable: undefined, unreliable: client })
  makeAvailable()
  const receive = (hex: string, source: EndpointAddress = SERVER) =>
    splitDatagram(fromHex(hex), {
      message: (message) => client.message(message, source),
      problem: (problem) => client.problem(problem, source),
    })
  return { clock, service, client, calls, port, receive, groups, failures, makeAvailable }
}
