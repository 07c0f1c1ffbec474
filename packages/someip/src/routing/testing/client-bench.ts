import { Scope, silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { parseConfiguration } from '../../config/load.ts'
import { serviceOf } from '../../config/queries.ts'
import { type EndpointAddress, endpointAddress } from '../../endpoint/endpoint-address.ts'
import type { DebounceRule } from '../../events/debounce-gate.ts'
import { splitDatagram } from '../../wire/datagram.ts'
import { Callers } from '../callers.ts'
import { ClientPort } from '../client-port.ts'
import { Departures } from '../departures.ts'
import { E2eGuards } from '../e2e-guards.ts'
import { EventSubscriptions } from '../event-subscriptions.ts'
import { LimitedLog } from '../limited-log.ts'
import { Outbox } from '../outbox.ts'
import { type MethodCallOptions, RequestedService, type SendOptions } from '../requested-service.ts'
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
  const callers = new Callers(clock)
  const caller = callers.add(0x1343, 0)
  const subscriptions = new EventSubscriptions({
    clock,
    ruleOf: () => rule,
    configuredFields: [],
    subscribe: ({ eventgroupId }) => groups.push(`subscribe ${eventgroupId.toString(16)}`),
    unsubscribe: ({ eventgroupId }) => groups.push(`unsubscribe ${eventgroupId.toString(16)}`),
    onFailure,
  })
  const requested = new RequestedService({
    ids: { serviceId: 0x1234, instanceId: 0x5678 },
    guards: new E2eGuards(configuration.e2e, 0x1234, 0x5678),
    departures: new Departures(configuration, serviceOf(configuration, 0x1234, 0x5678), 'requests'),
    outbox: new Outbox(clock, new Scope(onFailure)),
    ...{ limitedLog, subscriptions, onFailure },
  })
  const port = new RecordingPort('unreliable')
  const client = new ClientPort({ clock, log: limitedLog, callers, remote: SERVER, maxPayloadBytes: 100_000 })
  client.port = port
  client.add(requested)
  const makeAvailable = () =>
    requested.changeAvailability({ majorVersion: 0, minorVersion: 0, reliable: undefined, unreliable: client })
  makeAvailable()
  const receive = (hex: string, source: EndpointAddress = SERVER) =>
    splitDatagram(fromHex(hex), {
      message: (message) => client.message(message, source),
      problem: (problem) => client.problem(problem, source),
    })
  const service = {
    get availability() {
      return requested.availability
    },
    call: (methodId: number, payload: Uint8Array, options?: MethodCallOptions) =>
      requested.call(caller, methodId, payload, options),
    send: (methodId: number, payload: Uint8Array, options?: SendOptions) =>
      requested.send(caller, methodId, payload, options),
    subscribe: requested.subscribe.bind(requested),
    changeAvailability: requested.changeAvailability.bind(requested),
    onAvailability: requested.onAvailability.bind(requested),
  }
  return { clock, service, client, calls: caller.calls, port, receive, groups, failures, makeAvailable }
}
