/** Configurations that vsomeip and our programs understand. */
import type { End, Place } from './places.ts'

export interface ServiceEntry {
  readonly service: string
  readonly instance: string
  readonly unreliable?: string
  readonly reliable?: { readonly port: string }
}

const NO_WAITING = {
  'debounce-time-request': '0',
  'debounce-time-response': '0',
  'max-retention-time-request': '0',
  'max-retention-time-response': '0',
}

/** nPDU times are 0: a message leaves at once, with every peer. */
export function configuration(place: Place, end: End, name: string, services: readonly ServiceEntry[]) {
  return {
    unicast: end.address,
    netmask: place.netmask,
    network: name,
    logging: { level: 'error', console: 'true', file: { enable: 'false' }, dlt: 'false' },
    applications: [{ name, id: name === 'service-sample' ? '0x1277' : '0x1344' }],
    routing: name,
    'npdu-default-timings': NO_WAITING,
    services: end === place.service ? services : [],
    'service-discovery': {
      enable: 'true',
      multicast: '224.244.224.245',
      port: '30490',
      protocol: 'udp',
      initial_delay_min: '10',
      initial_delay_max: '20',
      repetitions_base_delay: '50',
      repetitions_max: '3',
      ttl: '5',
      cyclic_offer_delay: '1000',
      request_response_delay: '10',
    },
  }
}
