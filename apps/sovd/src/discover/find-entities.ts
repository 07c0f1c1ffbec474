import { messageOf } from '@opensovd/base'
import {
  type DiscoveredEntity,
  type IdentifyOptions,
  identify,
  listenForAnnouncements,
  type Runtime,
} from '@opensovd/uds'
import type { Place } from './places.ts'

export interface FindEntitiesOptions {
  readonly places: readonly Place[]
  /** UDP port of the entities. */
  readonly port: number
  readonly collectMs: number
  /** Asks only those of this vehicle, or the one with this EID. */
  readonly vin?: string
  readonly eid?: string
  /** Whether to hear who announces itself, too. */
  readonly listen: boolean
}

const BROADCAST = '255.255.255.255'
const ALL_NODES = 'ff02::1'

/**
 * Asks at all places at the same time, and hears announcements meanwhile [ISO 13400-2 vehicle identification].
 * @param warn is told of places where asking failed
 */
export async function findEntities(
  runtime: Runtime,
  options: FindEntitiesOptions,
  warn: (problem: string) => void,
  signal: AbortSignal,
): Promise<readonly DiscoveredEntity[]> {
  const found = new Map<string, DiscoveredEntity>()
  const add = (entity: DiscoveredEntity) => {
    if (isWanted(entity, options)) found.set(`${entity.eid} ${entity.host}`, entity)
  }
  const listeners = options.listen ? await listen(runtime, options.port, add, warn) : undefined
  try {
    await Promise.all(
      options.places.map(async (place) => {
        try {
          for (const entity of await identify(runtime, requestAt(place, options), signal)) add(entity)
        } catch (error) {
          signal.throwIfAborted()
          warn(`DoIP at ${place.name}: ${messageOf(error)}`)
        }
      }),
    )
  } finally {
    await listeners?.[Symbol.asyncDispose]()
  }
  return [...found.values()]
}

function requestAt(place: Place, { port, collectMs, vin, eid }: FindEntitiesOptions): IdentifyOptions {
  const everybody = place.family === 4 ? BROADCAST : `${ALL_NODES}${place.zone}`
  const { host = everybody, localHost } = place
  return {
    host,
    port,
    collectMs,
    ...(localHost !== undefined && { localHost }),
    ...(vin !== undefined && { vin }),
    ...(eid !== undefined && { eid }),
  }
}

/** At both families where there are both. */
async function listen(
  runtime: Runtime,
  port: number,
  add: (entity: DiscoveredEntity) => void,
  warn: (problem: string) => void,
): Promise<AsyncDisposable | undefined> {
  let problem = ''
  for (const localHost of ['::', '0.0.0.0']) {
    try {
      return await listenForAnnouncements(runtime, { port, localHost }, add)
    } catch (error) {
      problem = messageOf(error)
    }
  }
  warn(`announcements cannot be heard: ${problem}`)
  return undefined
}

function isWanted(entity: DiscoveredEntity, { vin, eid }: FindEntitiesOptions): boolean {
  return (vin === undefined || entity.vin === vin) && (eid === undefined || entity.eid === eid.toLowerCase())
}
