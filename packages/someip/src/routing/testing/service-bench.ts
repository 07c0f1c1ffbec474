import { type Logger, Scope, silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { parseConfiguration } from '../../config/load.ts'
import { serviceOf, tpSegmentation } from '../../config/queries.ts'
import { type EndpointAddress, endpointAddress } from '../../endpoint/endpoint-address.ts'
import { splitDatagram } from '../../wire/datagram.ts'
import { Departures } from '../departures.ts'
import { E2eGuards } from '../e2e-guards.ts'
import { LimitedLog } from '../limited-log.ts'
import { Outbox } from '../outbox.ts'
import { ProvidedService } from '../provided-service.ts'
import { ServicePort } from '../service-port.ts'
import { RecordingPort } from './recording-port.ts'

export const CLIENT = endpointAddress('10.77.0.2', 49196)

export interface ServiceBenchOptions {
  readonly configuration?: object
  readonly unknownMethods?: 'answer' | 'ignore'
  readonly log?: Logger
}

/** Service 0x1234.0x5678 version 0 on a UDP port that takes bytes as they would come from the network. */
export function serviceBench(options: ServiceBenchOptions = {}) {
  const clock = new FakeClock()
  const text = JSON.stringify(options.configuration ?? {})
  const { configuration } = parseConfiguration({ files: [{ file: 'test.json', text }] })
  const scope = new Scope((error) => {
    throw error
  })
  const log = options.log ?? silentLogger
  const limitedLog = new LimitedLog(clock, log)
  const outbox = new Outbox(clock, scope)
  const configured = serviceOf(configuration, 0x1234, 0x5678)
  const guards = new E2eGuards(configuration.e2e, 0x1234, 0x5678)
  const departures = new Departures(configuration, configured, 'responses')
  const withdrawal = new AbortController()
  const service = new ProvidedService({
    ...{ serviceId: 0x1234, instanceId: 0x5678, majorVersion: 0, minorVersion: 0 },
    ...{ clock, limitedLog, outbox, guards, departures },
    unknownMethods: options.unknownMethods ?? 'answer',
    signal: withdrawal.signal,
  })
  const inbound = new ServicePort({ clock, log: limitedLog, maxPayloadBytes: 100_000 })
  inbound.add(service, (methodId) => tpSegmentation(configured, 'clientToService', methodId) !== undefined)
  const port = new RecordingPort('unreliable')
  const receive = (hex: string, source: EndpointAddress = CLIENT) =>
    splitDatagram(fromHex(hex), {
      message: (message) => inbound.message(message, port, source),
      problem: (problem) => inbound.problem(problem, port, source),
    })
  return { clock, scope, service, inbound, port, receive, withdrawal, outbox, guards, departures, limitedLog }
}
