import { list, object } from '../compounds.ts'
import { dropEntry, type Field, mapped } from '../field.ts'
import { address, integer } from '../scalars.ts'

/** Limits in bytes by address, and then by port. */
export type EndpointLimits = ReadonlyMap<string, ReadonlyMap<number, number>>

const ILLEGAL_PORT = 0xffff

export interface EndpointLimitKeys {
  /** The key that the limit has. */
  readonly limit: string
  readonly limitMeaning: string
  readonly meaning: string
  /** The least limit that is one. */
  readonly minimum: 0 | 1
  readonly repeat?: 'first'
}

/** Limits for the endpoints of services, of this host and of others. The last one of an endpoint counts. */
export function endpointLimitsField(options: EndpointLimitKeys): Field<EndpointLimits> {
  const { limit: name, limitMeaning, meaning, minimum, repeat } = options
  const port = integer({ reader: 'stoul', meaning: 'port of the service; decimal only' })
  const limitField = integer({ type: 'uint32', reader: 'stoul', meaning: limitMeaning })
  const portField = mapped(
    object({ port, [name]: limitField }, { meaning: 'one port' }),
    ({ port, [name]: limit }, found, problems) => {
      const isUsable = port !== undefined && port !== ILLEGAL_PORT && limit !== undefined && limit >= minimum
      return isUsable ? ([port, limit] as const) : dropEntry(found, problems, `a limit needs "port" and "${name}"`)
    },
  )
  const hostField = mapped(
    object(
      { unicast: address({ meaning: 'address of the service' }), ports: list(portField, { meaning: 'its ports' }) },
      { meaning: 'one address' },
    ),
    ({ unicast, ports }, found, problems) =>
      unicast === undefined ? dropEntry(found, problems, 'limits need "unicast"') : { unicast, ports },
  )
  const hosts = list(hostField, { meaning, ...(repeat === undefined ? {} : { repeat }) })
  return mapped(hosts, (entries) => {
    const limits = new Map<string, Map<number, number>>()
    for (const { unicast, ports } of entries) {
      limits.set(unicast, new Map([...(limits.get(unicast) ?? []), ...ports]))
    }
    return limits
  })
}
