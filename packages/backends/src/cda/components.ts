import { isJsonObject, type JsonObject } from '@opensovd/base'
import type { ConnectionState, Entity } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { HttpFailure } from '../http/http-failure.ts'
import type { ApiClient } from '../sovd/api-client.ts'
import { MAX_TOGETHER, mapLimited } from '../sovd/map-limited.ts'
import { defined, itemsOf, objectOf, requiredText, textOf } from '../sovd/shape.ts'
import { componentPath } from './path.ts'

/** What the adapter tells of an ECU. */
export type FoundComponent = Omit<Entity, 'kind' | 'members' | 'facets'>

const STATES: Readonly<Record<string, ConnectionState>> = {
  Online: 'connected',
  Offline: 'disconnected',
  Disconnected: 'disconnected',
  NotTested: 'connecting',
  Duplicate: 'error',
  NoVariantDetected: 'error',
}

/** How an ECU is, by its document; what is not told is an error. */
export function stateOf({ variant }: JsonObject): ConnectionState {
  const state = isJsonObject(variant) ? textOf(variant, 'state') : undefined
  return STATES[state ?? ''] ?? 'error'
}

/**
 * The ECUs of an adapter, with what their documents tell. An ECU whose document cannot be had is in state `error`.
 * @throws SovdError when the list cannot be had, or the adapter went away
 */
export async function findComponents(api: ApiClient, signal: AbortSignal): Promise<readonly FoundComponent[]> {
  const listed = await api.probe('/components', signal, (json) => {
    const tagsOf = listTags(objectOf(json))
    return itemsOf(json, 'items').map((item) => {
      const id = requiredText(item, 'id').toLowerCase()
      return { id, name: textOf(item, 'name') ?? id, tags: tagsOf(id) }
    })
  })
  return mapLimited(listed, MAX_TOGETHER, (each) => withDocument(api, each, signal))
}

interface Listed {
  readonly id: string
  readonly name: string
  readonly tags: readonly string[]
}

async function withDocument(api: ApiClient, { tags, ...listed }: Listed, signal: AbortSignal): Promise<FoundComponent> {
  const common = { ...listed, category: 'ecu', ...(tags.length > 0 ? { tags } : {}) }
  try {
    return await api.probe(componentPath(listed.id), signal, (json) => {
      const document = objectOf(json)
      const variant = isJsonObject(document.variant) ? document.variant : {}
      const name = textOf(variant, 'name')
      const address = textOf(variant, 'logical_address')
      return defined<FoundComponent>({
        ...common,
        connectionState: stateOf(document),
        installationVariant: name === 'Unknown' ? undefined : name,
        description: address === undefined ? undefined : `logical address ${address}`,
      })
    })
  } catch (error) {
    if (!(error instanceof SovdError) || error instanceof HttpFailure) throw error
    return { ...common, connectionState: 'error' }
  }
}

/** Beside all ECUs, the adapter may list some of them under names of their own, such as those on a CAN bus. */
function listTags(body: JsonObject): (id: string) => readonly string[] {
  const lists = Object.entries(body).flatMap(([name, list]) => {
    if (!name.startsWith('x-') || !Array.isArray(list)) return []
    const ids = list.flatMap((item) => (isJsonObject(item) ? (textOf(item, 'id')?.toLowerCase() ?? []) : []))
    return [[name, new Set(ids)] as const]
  })
  return (id) => lists.flatMap(([name, ids]) => (ids.has(id) ? [name] : []))
}
