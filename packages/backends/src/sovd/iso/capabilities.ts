import type { JsonObject } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { HttpFailure } from '../../http/http-failure.ts'
import type { ApiClient } from '../api-client.ts'
import { FACET_NAMES, type Told } from '../dialect.ts'
import { isMissing } from '../fallback.ts'
import type { FoundRelations } from '../found.ts'
import { idIn } from '../path.ts'
import { defined, itemsOf, objectOf, textOf } from '../shape.ts'
import { isoBulkData } from './bulk-data.ts'
import { isoClearData } from './clear-data.ts'
import { isoCommunicationLogs } from './communication-logs.ts'
import { isoLifecycle } from './lifecycle.ts'
import { isoScripts } from './scripts.ts'

/** An entity's document links the collections it has, and names or links what it is related to [17978-3 7.6]. */
export async function isoCapabilities(api: ApiClient, path: string, signal: AbortSignal): Promise<Told> {
  const document = await api.probe(path, signal, objectOf)
  const facets = new Set(FACET_NAMES.filter((name) => typeof document[name] === 'string'))
  const listed = async (...names: readonly string[]) => {
    const name = names.find((each) => typeof document[each] === 'string')
    return name === undefined ? undefined : idsAt(api, `${path}/${name}`, signal)
  }
  const relations = defined<FoundRelations>({
    areaId: idIn(textOf(document, 'belongs-to') ?? ''),
    hostId: idIn(textOf(document, 'is-located-on') ?? ''),
    contained: await listed('contains', 'related-components'),
    hosted: await listed('hosts', 'related-apps'),
    parts: await listed('subareas', 'subcomponents'),
    dependsOn: await listed('depends-on'),
  })
  return { facets, relations, further: await furtherFacets(api, path, document, signal) }
}

/** What the entity's document links, as far as its server then has it. */
async function furtherFacets(
  api: ApiClient,
  path: string,
  document: JsonObject,
  signal: AbortSignal,
): Promise<NonNullable<Told['further']>> {
  const ifLinked = async <T>(name: string, make: () => Promise<T> | T): Promise<T | undefined> => {
    if (typeof document[name] !== 'string') return undefined
    try {
      return await make()
    } catch (error) {
      if (error instanceof HttpFailure || !(error instanceof SovdError)) throw error
      return undefined
    }
  }
  return defined<NonNullable<Told['further']>>({
    bulkData: await ifLinked('bulk-data', () => isoBulkData(api, path)),
    clearData: await ifLinked('clear-data', () => isoClearData(api, path, signal)),
    lifecycle: await ifLinked('status', () => isoLifecycle(api, path, signal)),
    scripts: await ifLinked('scripts', () => isoScripts(api, path)),
    communicationLogs: await ifLinked('communication-logs', () => isoCommunicationLogs(api, path)),
  })
}

async function idsAt(api: ApiClient, path: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    return await api.probe(path, signal, (json) => itemsOf(json, 'items').flatMap((item) => textOf(item, 'id') ?? []))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
