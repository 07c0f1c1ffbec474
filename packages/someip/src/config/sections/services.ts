import { formatAddress } from '../address.ts'
import { list, object, obsolete } from '../compounds.ts'
import { atValue, type Field, type Found, type Infer, mapped } from '../field.ts'
import { type Keyed, toMap } from '../keyed.ts'
import { type Problems, quote } from '../problems.ts'
import { id, serviceInstanceKey } from '../ranges.ts'
import { flag, integer, text } from '../scalars.ts'
import {
  completeEvents,
  type EventConfiguration,
  type EventgroupConfiguration,
  eventgroupsField,
  eventsField,
  type Reliability,
} from './events.ts'
import { completeNpdu, type NpduConfiguration, type NpduDefaults, npduField } from './npdu.ts'
import { type TpConfiguration, tpField } from './tp.ts'

export interface ServiceConfiguration {
  readonly serviceId: number
  readonly instanceId: number
  /** Anything but `someip`: the service is announced, but no socket is opened for it. */
  readonly protocol: string
  /** Where the service is: the address of this host for a local one. */
  readonly unicast: string
  readonly isRemote: boolean
  /** Without a port the service is not offered over TCP. */
  readonly reliablePort: number | undefined
  /** Without a port the service is not offered over UDP. */
  readonly unreliablePort: number | undefined
  readonly hasMagicCookies: boolean
  /** By event id. */
  readonly events: ReadonlyMap<number, EventConfiguration>
  /** By eventgroup id. */
  readonly eventgroups: ReadonlyMap<number, EventgroupConfiguration>
  readonly npdu: NpduConfiguration
  readonly tp: TpConfiguration
}

const LOCAL = 'local'
const ILLEGAL_PORT = 0xffff
const LOOPBACK = '127.0.0.1'

const port = (meaning: string) =>
  integer({
    meaning: `${meaning}; decimal only`,
    adjust: (value) => (value === 0 || value === ILLEGAL_PORT ? undefined : value),
    rule: '1 to 65534',
  })

const keys = object(
  {
    service: id('service id'),
    instance: id('instance id'),
    protocol: text({ default: 'someip', meaning: 'anything else: announced by service discovery, but not opened' }),
    unicast: mapped(text({ default: LOCAL, meaning: 'address of a service on another host' }), toRemoteAddress),
    reliable: object(
      {
        port: port('TCP port'),
        'enable-magic-cookies': flag({ default: false, meaning: 'send magic cookies over TCP' }),
      },
      { meaning: 'service over TCP', shorthand: 'port' },
    ),
    unreliable: port('UDP port'),
    events: eventsField,
    eventgroups: eventgroupsField,
    'debounce-times': npduField,
    'someip-tp': tpField,
    multicast: obsolete('it is written in older files; eventgroups have a `multicast`'),
  },
  { meaning: 'one service instance' },
)

type GivenService = Infer<typeof keys>

/** The services as they are given; `readServices` completes them. */
export const servicesField: Field<readonly Keyed<number, GivenService>[]> = list(
  mapped(keys, (value, found) => ({ key: serviceInstanceKey(value.service, value.instance), value, found })),
  { meaning: 'services of this host and of others; the first one of a service and an instance counts' },
)

/** Files whose services take their missing nPDU times from `npduDefaults`. */
export interface ServiceFiles {
  readonly found: readonly Found[]
  readonly npduDefaults: NpduDefaults
}

/** @param unicast the address of this host */
export function readServices(
  files: readonly ServiceFiles[],
  unicast: string,
  problems: Problems,
): ReadonlyMap<number, ServiceConfiguration> {
  const entries = files.flatMap(({ found, npduDefaults }) =>
    servicesField.read(found, problems).map((entry) => ({
      ...entry,
      value: toService(entry.value, unicast, npduDefaults),
    })),
  )
  return toMap(entries, 'first', problems)
}

function toService(given: GivenService, unicast: string, npduDefaults: NpduDefaults): ServiceConfiguration {
  const reliablePort = given.reliable.port
  const unreliablePort = given.unreliable
  const usual = usualReliability(reliablePort, unreliablePort)
  return {
    serviceId: given.service,
    instanceId: given.instance,
    protocol: given.protocol,
    ...locate(given.unicast, unicast),
    reliablePort,
    unreliablePort,
    hasMagicCookies: given.reliable['enable-magic-cookies'],
    events: completeEvents(given.events, given.eventgroups.values(), usual),
    eventgroups: given.eventgroups,
    npdu: completeNpdu(given['debounce-times'], npduDefaults),
    tp: given['someip-tp'],
  }
}

function usualReliability(reliablePort: number | undefined, unreliablePort: number | undefined): Reliability {
  if (unreliablePort !== undefined) return 'unreliable'
  return reliablePort === undefined ? 'unknown' : 'reliable'
}

/** Undefined: the service is on this host. */
function toRemoteAddress(given: string, found: readonly Found[], problems: Problems): string | undefined {
  if (given === LOCAL || given === '') return undefined
  const address = formatAddress(given)
  for (const one of address === undefined ? found.slice(-1) : []) {
    const message = `${quote(given)} is not an IP address; the service counts as one of this host`
    problems.report('invalid-value', atValue(one), message)
  }
  return address
}

function locate(given: string | undefined, unicast: string): Pick<ServiceConfiguration, 'unicast' | 'isRemote'> {
  if (given === undefined) return { unicast, isRemote: false }
  return { unicast: given, isRemote: given !== unicast && given !== LOOPBACK }
}
