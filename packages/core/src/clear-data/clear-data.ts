import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { unsupported } from '../entities/facet-of.ts'
import type { ClearableData } from '../facets/clear-data.ts'
import { type EntityRef, keyOf } from '../locks/lock.ts'
import type { CallContext } from '../ports/call-context.ts'

export type ClearDataType = ClearableData | 'client-defined-resources'

export interface ClearDataStatus {
  readonly state: 'notRequested' | 'running' | 'completed' | 'failed'
  readonly type?: ClearDataType
  /** RFC 3339. */
  readonly startedAt?: string
  /** Percent. */
  readonly progress?: number
  readonly error?: string
}

/** Something that clients made for an entity. */
export interface ClientDefined {
  /** Ends and forgets all of it of one entity. */
  clear(entity: Entity, context: CallContext): void | Promise<void>
}

export interface ClearDataOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly clientDefined: readonly ClientDefined[]
}

const NOT_REQUESTED: ClearDataStatus = { state: 'notRequested' }

/** The last request of each entity to forget something [17978-3 7.13]. One goes on at a time. */
export class ClearData implements AsyncDisposable {
  readonly #options: ClearDataOptions
  /** Of entities that are or were there: as many as those. */
  readonly #last = new Map<string, ClearDataStatus>()
  readonly #scope: Scope

  constructor(options: ClearDataOptions) {
    this.#options = options
    this.#scope = new Scope((error) => options.log.error('clearing failed', { error: messageOf(error) }))
  }

  status(entity: EntityRef): ClearDataStatus {
    return this.#last.get(keyOf(entity)) ?? NOT_REQUESTED
  }

  /** What can be forgotten. */
  types({ facets: { clearData } }: Entity): readonly ClearDataType[] {
    return [...(clearData?.types ?? []), 'client-defined-resources']
  }

  /**
   * Starts to forget something, which then goes on by itself.
   * @throws SovdError `not-implemented`; `conflict` while the entity is at it already
   */
  start(entity: Entity, type: ClearDataType): void {
    if (!this.types(entity).includes(type)) throw unsupported(entity, `clear-data of ${type}`)
    const key = keyOf(entity)
    const { state, type: current } = this.status(entity)
    if (state === 'running') {
      throw new SovdError('conflict', `${entity.kind} '${entity.id}' is clearing ${current} already`)
    }
    const begun = { type, startedAt: new Date(this.#options.clock.now()).toISOString() }
    this.#last.set(key, { ...begun, state: 'running' })
    this.#scope.run(async (signal) => {
      const onProgress = (progress: number) => this.#last.set(key, { ...begun, state: 'running', progress })
      try {
        await this.#clear(entity, type, onProgress, signal)
        this.#last.set(key, { ...begun, state: 'completed', progress: 100 })
      } catch (error) {
        this.#last.set(key, { ...begun, state: 'failed', error: messageOf(error) })
      }
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#scope.close()
  }

  async #clear(entity: Entity, type: ClearDataType, onProgress: (percent: number) => void, signal: AbortSignal) {
    if (type === 'client-defined-resources') {
      for (const resources of this.#options.clientDefined) await resources.clear(entity, { signal })
    } else await entity.facets.clearData?.clear(type, onProgress, { signal })
  }
}
