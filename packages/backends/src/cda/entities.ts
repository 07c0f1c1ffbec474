import type { Clock } from '@opensovd/base'
import type { ConnectionState, DataItem, Entity, Facets } from '@opensovd/core'
import type { ApiClient } from '../sovd/api-client.ts'
import { adapterFiles, embeddedFiles } from './bulk-data.ts'
import type { FoundComponent } from './components.ts'
import { cdaConfigurations } from './configurations.ts'
import { cdaData } from './data.ts'
import type { Found, FoundAdapter } from './discovery.ts'
import { cdaFaults } from './faults.ts'
import { withDownload } from './flash.ts'
import { type FoundFunction, functionData } from './functions.ts'
import { cdaLifecycle } from './lifecycle.ts'
import { cdaModes } from './modes.ts'
import { cdaOperations } from './operations.ts'
import { ADAPTER_PATH, componentPath, functionPath } from './path.ts'
import type { Source } from './source.ts'
import { SourceLock } from './source-lock.ts'

export interface EntitiesOptions {
  readonly api: ApiClient
  readonly clock: Clock
  readonly timeoutMs: number
  readonly automaticLockSeconds: number
  readonly sessions: readonly string[]
}

/** What an adapter tells of itself; it has no list of that. */
const ADAPTER_DATA: readonly DataItem[] = [
  { id: 'networkstructure', name: 'Network structure', category: 'sysInfo', access: 'readOnly', dataType: 'struct' },
  { id: 'version', name: 'Version', category: 'sysInfo', access: 'readOnly', dataType: 'struct' },
]

interface Known {
  readonly hasFlashFiles: boolean
  readonly facets: Facets
}

/** Makes entities of what an adapter has. Each keeps its lock, and so its facets, as long as it is there. */
export class CdaEntities {
  readonly #options: EntitiesOptions
  readonly #locks = new Map<string, SourceLock>()
  readonly #components = new Map<string, Known>()
  readonly #functions = new Map<string, Facets>()
  #adapter: Facets | undefined

  constructor(options: EntitiesOptions) {
    this.#options = options
  }

  /** @param state of everything, when the adapter is not there to tell */
  of({ components, functions, adapter }: Found, state: ConnectionState | undefined): readonly Entity[] {
    const hasFlashFiles = adapter?.hasFlashFiles ?? false
    return [
      ...components.map((each) => this.#component(each, hasFlashFiles, state)),
      ...functions.map((each) => this.#function(each, state ?? 'connected')),
      ...(adapter ? [this.#adapterApp(adapter, state ?? 'connected')] : []),
    ]
  }

  /** Forgets what is no more. */
  retain({ components, functions }: Found): void {
    retainIn(this.#components, components)
    retainIn(this.#functions, functions)
    const paths = new Set([
      '',
      ...components.map(({ id }) => componentPath(id)),
      ...functions.map(({ id }) => functionPath(id)),
    ])
    for (const path of this.#locks.keys()) if (!paths.has(path)) this.#locks.delete(path)
  }

  #component(found: FoundComponent, hasFlashFiles: boolean, state: ConnectionState | undefined): Entity {
    const { id, connectionState } = found
    const known = this.#components.get(id)
    const facets = known?.hasFlashFiles === hasFlashFiles ? known.facets : this.#componentFacets(id, hasFlashFiles)
    this.#components.set(id, { hasFlashFiles, facets })
    return { kind: 'component', ...found, connectionState: state ?? connectionState, facets }
  }

  #componentFacets(id: string, hasFlashFiles: boolean): Facets {
    const { clock, sessions } = this.#options
    const source = this.#source(componentPath(id), componentPath(id))
    const operations = cdaOperations(source)
    return {
      data: cdaData(source),
      faults: cdaFaults(source),
      operations: hasFlashFiles ? withDownload(operations, source, clock) : operations,
      modes: cdaModes(source, sessions),
      configurations: cdaConfigurations(source),
      bulkData: embeddedFiles(source),
      lifecycle: cdaLifecycle(source),
      locks: source.lock,
    }
  }

  #function({ id, name, members }: FoundFunction, connectionState: ConnectionState): Entity {
    const facets = this.#functions.get(id) ?? this.#functionFacets(id)
    this.#functions.set(id, facets)
    return { kind: 'function', id, name, members, connectionState, facets }
  }

  #functionFacets(id: string): Facets {
    const source = this.#source(functionPath(id), functionPath(id))
    return {
      data: functionData(source),
      operations: cdaOperations(source),
      modes: cdaModes(source, this.#options.sessions),
      locks: source.lock,
    }
  }

  #adapterApp({ id, name, version }: FoundAdapter, connectionState: ConnectionState): Entity {
    const source = this.#source(ADAPTER_PATH, '')
    this.#adapter ??= {
      data: { ...cdaData(source), list: async () => ADAPTER_DATA },
      bulkData: adapterFiles(source),
      operations: {
        ...cdaOperations(source),
        list: async () => [{ id: 'runtimefilesupdate', name: 'Update of the databases' }],
      },
      locks: source.lock,
    }
    return {
      kind: 'app',
      id,
      name,
      connectionState,
      ...(version === undefined ? {} : { softwareVersion: version }),
      facets: this.#adapter,
    }
  }

  /** @param locked path of what has to be locked to change something */
  #source(path: string, locked: string): Source {
    const { api, clock, timeoutMs, automaticLockSeconds: automaticSeconds } = this.#options
    const lock = this.#locks.get(locked) ?? new SourceLock({ api, clock, path: locked, timeoutMs, automaticSeconds })
    this.#locks.set(locked, lock)
    return { api, path, lock }
  }
}

function retainIn(map: Map<string, unknown>, found: readonly { readonly id: string }[]): void {
  const ids = new Set(found.map(({ id }) => id))
  for (const id of map.keys()) if (!ids.has(id)) map.delete(id)
}
