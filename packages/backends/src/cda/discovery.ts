import { isJsonObject } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { HttpFailure } from '../http/http-failure.ts'
import type { ApiClient } from '../sovd/api-client.ts'
import type { Complaints } from '../sovd/complaints.ts'
import { servable } from '../sovd/servable.ts'
import { itemsOf, objectOf, textOf } from '../sovd/shape.ts'
import { type FoundComponent, findComponents } from './components.ts'
import { type FoundFunction, findFunctions } from './functions.ts'
import { ADAPTER_PATH } from './path.ts'

/** The adapter itself, as an app. */
export interface FoundAdapter {
  readonly id: string
  readonly name: string
  readonly version: string | undefined
  readonly hasFlashFiles: boolean
}

export interface Found {
  readonly components: readonly FoundComponent[]
  readonly functions: readonly FoundFunction[]
  /** Absent where the adapter does not tell of itself. */
  readonly adapter: FoundAdapter | undefined
}

export const NOTHING: Found = { components: [], functions: [], adapter: undefined }

/**
 * Asks an adapter what it has. What cannot be served is left out and complained of.
 * @throws SovdError when the adapter does not answer, or not with what it should
 */
export async function discover(api: ApiClient, complaints: Complaints, signal: AbortSignal): Promise<Found> {
  const components = await findComponents(api, signal)
  const [functions, adapter] = await Promise.all([findFunctions(api, signal), findAdapter(api, signal)])
  return {
    components: servable(components, 'component', complaints),
    functions: servable(functions, 'function', complaints),
    adapter,
  }
}

async function findAdapter(api: ApiClient, signal: AbortSignal): Promise<FoundAdapter | undefined> {
  try {
    const told = await api.probe(`${ADAPTER_PATH}/data/version`, signal, (json) => {
      const { data } = objectOf(json)
      const version = isJsonObject(data) ? data : {}
      const implementation = isJsonObject(version.implementation) ? version.implementation : {}
      return {
        name: textOf(version, 'name') ?? 'Classic Diagnostic Adapter',
        version: textOf(implementation, 'version'),
      }
    })
    const files = await api.probe(`${ADAPTER_PATH}/bulk-data/flashfiles`, signal, (json) => itemsOf(json, 'items'))
    return { id: 'sovd2uds', ...told, hasFlashFiles: files.length > 0 }
  } catch (error) {
    if (!(error instanceof SovdError) || error instanceof HttpFailure) throw error
    return undefined
  }
}
