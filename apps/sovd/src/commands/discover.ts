import { messageOf, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { MDNS_GROUPS, MDNS_PORT } from '@opensovd/integrations/mdns'
import { nodeNetwork } from '@opensovd/uds/node'
import { browse, type FoundService } from '../discover/dns-sd.ts'
import { findEntities } from '../discover/find-entities.ts'
import { type Place, placesOf } from '../discover/places.ts'
import { jsonOf, textOf } from '../discover/report.ts'
import { complain, EXIT, print, runTool, UsageError } from '../uds/tool.ts'

export interface DiscoverOptions {
  readonly interface: readonly string[]
  readonly address: readonly string[]
  /** UDP port of DoIP entities. */
  readonly port: number
  /** Seconds. */
  readonly timeout: number
  readonly vin?: string
  readonly eid?: string
  readonly json?: boolean
}

const SERVICE_TYPE = ['_sovd', '_tcp', 'local']
const runtime = { network: nodeNetwork(), clock: systemClock, log: silentLogger }

/**
 * Looks for DoIP entities and SOVD servers. Exit code 0 when there are some, 1 when nothing was found, 2 for wrong
 * arguments.
 */
export async function discover(options: DiscoverOptions): Promise<void> {
  await runTool(async (signal) => {
    const places = placesOf(options.address, options.interface)
    if (options.vin !== undefined && options.eid !== undefined) throw new UsageError('either --vin or --eid')
    const { port, timeout, vin, eid, json } = options
    if (vin !== undefined && !/^[\x20-\x7e]{17}$/.test(vin)) throw new UsageError('expected a VIN of 17 characters')
    if (eid !== undefined && !/^[0-9a-f]{12}$/i.test(eid)) throw new UsageError('expected an EID of 12 hex digits')
    const collectMs = timeout * 1000
    const wanted = { ...(vin !== undefined && { vin }), ...(eid !== undefined && { eid }) }
    const listen = options.address.length === 0
    const [entities, servers] = await Promise.all([
      findEntities(runtime, { places, port, collectMs, listen, ...wanted }, complain, signal),
      findServers(places, collectMs, signal),
    ])
    print(json ? jsonOf({ entities, servers }) : textOf({ entities, servers }))
    return entities.length + servers.length > 0 ? EXIT.OK : EXIT.FAILED
  })
}

async function findServers(places: readonly Place[], collectMs: number, signal: AbortSignal) {
  const found = new Map<string, FoundService>()
  await Promise.all(
    places.map(async ({ name, family, host, localHost, zone }) => {
      const group = family === 4 ? MDNS_GROUPS.ipv4 : `${MDNS_GROUPS.ipv6}${zone}`
      const to = { host: host ?? group, port: MDNS_PORT }
      const from = localHost === undefined ? {} : { localHost }
      try {
        const services = await browse(runtime, { type: SERVICE_TYPE, to, collectMs, ...from }, signal)
        for (const service of services) found.set(`${service.name} ${service.host}:${service.port}`, service)
      } catch (error) {
        signal.throwIfAborted()
        complain(`DNS-SD at ${name}: ${messageOf(error)}`)
      }
    }),
  )
  return [...found.values()]
}
