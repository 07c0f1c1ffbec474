import { list, object } from '../compounds.ts'
import { atValue, type Field, type Found, mapped, optional } from '../field.ts'
import type { Problems } from '../problems.ts'
import type { Range } from '../ranges.ts'
import { integer } from '../scalars.ts'

/** Which local ports clients use: those of one service instance, or ranges by the port of the service. */
export interface ClientPorts {
  /** 0xFFFF: any. */
  readonly serviceId: number
  /** 0xFFFF: any. */
  readonly instanceId: number
  readonly reliable: ClientTransportPorts
  readonly unreliable: ClientTransportPorts
}

export interface ClientTransportPorts {
  /** In ascending order, each once; used for the service instance only. */
  readonly ports: readonly number[]
  /** Ports of services that `clientRange` is for. */
  readonly remoteRange: Range | undefined
  readonly clientRange: Range | undefined
}

const ANY = 0xffff

const portOr = (fallback: number | undefined, meaning: string) =>
  integer({ notation: 'decimal or 0x', meaning, ...(fallback === undefined ? {} : { default: fallback }) })

const anyId = (meaning: string) => integer({ notation: 'decimal or 0x', default: ANY, defaultText: 'any', meaning })

const portList = (meaning: string) =>
  mapped(list(portOr(undefined, 'a port'), { meaning, repeat: 'last' }), (ports) =>
    [...new Set(ports)].sort((a, b) => a - b),
  )

const portRange = (meaning: string) =>
  optional(mapped(object({ first: portOr(ANY, 'first port'), last: portOr(ANY, 'last port') }, { meaning }), toRange))

const keys = object(
  {
    service: anyId('service id that `reliable` and `unreliable` are for'),
    instance: anyId('instance id that `reliable` and `unreliable` are for'),
    reliable: portList('TCP ports of clients of the service instance; if all are taken, connecting fails'),
    unreliable: portList('UDP ports of clients of the service instance; if all are taken, sending fails'),
    reliable_remote_ports: portRange('TCP ports of services that `reliable_client_ports` are for'),
    unreliable_remote_ports: portRange('UDP ports of services that `unreliable_client_ports` are for'),
    reliable_client_ports: portRange('TCP ports of clients of such services'),
    unreliable_client_ports: portRange('UDP ports of clients of such services'),
  },
  { meaning: 'ports of the clients of one service instance, or ranges by port of the service' },
)

export const clientsField: Field<readonly ClientPorts[]> = list(
  mapped(keys, (values) => ({
    serviceId: values.service,
    instanceId: values.instance,
    reliable: {
      ports: values.reliable,
      remoteRange: values.reliable_remote_ports,
      clientRange: values.reliable_client_ports,
    },
    unreliable: {
      ports: values.unreliable,
      remoteRange: values.unreliable_remote_ports,
      clientRange: values.unreliable_client_ports,
    },
  })),
  { meaning: 'ports that clients on this host use; others are chosen by the system' },
)

function toRange(range: Range, found: readonly Found[], problems: Problems): Range | undefined {
  if (range.first <= range.last) return range
  for (const one of found.slice(-1)) {
    const message = `the range ${range.first} to ${range.last} ends before it starts; it is ignored`
    problems.report('invalid-value', atValue(one), message)
  }
  return undefined
}
