import { type Logger, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { parseConfiguration } from '../../config/load.ts'
import type { Network } from '../../endpoint/network.ts'
import { SimulatedHosts } from '../../endpoint/testing/simulated-hosts.ts'
import { type Application, type ApplicationOptions, createApplication } from '../application.ts'

export const SERVICE = { serviceId: 0x1234, instanceId: 0x5678 } as const

const DISCOVERY = {
  multicast: '224.244.224.245',
  initial_delay_min: '10',
  initial_delay_max: '10',
  repetitions_base_delay: '200',
  repetitions_max: '3',
  ttl: '3',
  cyclic_offer_delay: '2000',
}
const AT_ONCE = {
  'debounce-time-request': '0',
  'debounce-time-response': '0',
  'max-retention-time-request': '0',
  'max-retention-time-response': '0',
}

/** Hosts 10.77.0.1, .2 and .3 on a simulated network, and applications on them. Messages are not collected. */
export class TwoHosts {
  readonly clock = new FakeClock()
  readonly hosts = new SimulatedHosts(this.clock)
  readonly #networks = new Map<string, Network>()

  /** An application on the host with this address, configured with the sections given. */
  async start(
    address: string,
    sections: object = {},
    options: Partial<ApplicationOptions> & { readonly log?: Logger } = {},
    signal?: AbortSignal,
  ): Promise<Application> {
    const network = this.#networks.get(address) ?? this.hosts.host(address)
    this.#networks.set(address, network)
    const given = { unicast: address, 'service-discovery': DISCOVERY, 'npdu-default-timings': AT_ONCE, ...sections }
    const { configuration } = parseConfiguration({ files: [{ file: 'test.json', text: JSON.stringify(given) }] })
    const { clock } = this
    return await createApplication(
      { name: 'test', configuration, clock, log: silentLogger, network, ...options },
      signal,
    )
  }

  /** Lets time pass. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  /** Lets time pass in which `promise` is expected to settle. */
  async during<T>(promise: Promise<T>, ms = 1000): Promise<T> {
    promise.catch(() => {})
    await this.advance(ms)
    return await promise
  }
}

/** The service on 10.77.0.1, with these ports and further keys. */
export function serviceSection(ports: object, further: object = {}): object {
  return { services: [{ service: '0x1234', instance: '0x5678', ...ports, ...further }] }
}
