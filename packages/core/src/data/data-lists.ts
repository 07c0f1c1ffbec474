import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { DataFacet } from '../facets/data.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { CallContext } from '../ports/call-context.ts'
import { TemporaryResources } from './temporary-resources.ts'

export interface DataListsOptions {
  readonly clock: Clock
  readonly createId: () => string
  readonly maxLists?: number
  /** A list that nobody reads for so long is forgotten. */
  readonly retainMs?: number
}

/** Data items that a client wants to read together [17978-3 7.9]. */
export interface ClientDataList {
  readonly id: string
  readonly entity: EntityRef
  readonly dataIds: readonly string[]
  onOver(): void
}

const MAX_ITEMS = 1000
const DEFAULTS = { maxLists: 1000, retainMs: 3_600_000 }

/** The lists that clients made. */
export class DataLists implements Disposable {
  readonly retainMs: number
  readonly #options: DataListsOptions
  readonly #lists: TemporaryResources<ClientDataList>

  constructor(options: DataListsOptions) {
    const { maxLists: max, retainMs } = { ...DEFAULTS, ...options }
    this.#options = options
    this.retainMs = retainMs
    this.#lists = new TemporaryResources({ clock: options.clock, what: 'data list', max, retainMs: 0 })
  }

  /**
   * @param data of the entity
   * @throws SovdError `invalid-request` for no items, too many, or some that there are not; `unavailable` for too many
   * lists
   */
  async create(
    { kind, id: entityId }: EntityRef,
    dataIds: readonly string[],
    data: DataFacet,
    context: CallContext,
  ): Promise<ClientDataList> {
    const wanted = [...new Set(dataIds)]
    if (wanted.length === 0 || wanted.length > MAX_ITEMS) {
      throw new SovdError('invalid-request', `a list has 1 to ${MAX_ITEMS} items`, { target: 'body/ids' })
    }
    const known = new Set((await data.list(context)).map(({ id }) => id))
    const unknown = wanted.filter((id) => !known.has(id))
    if (unknown.length > 0) {
      throw new SovdError('invalid-request', `there is no data ${unknown.join(', ')}`, { target: 'body/ids' })
    }
    this.#lists.requireRoom()
    const id = this.#lists.unusedId(this.#options.createId)
    const list = { id, entity: { kind, id: entityId }, dataIds: wanted, onOver: () => {} }
    this.#lists.add(list, this.#expiry())
    return list
  }

  list(entity: EntityRef): readonly ClientDataList[] {
    return this.#lists.list(entity)
  }

  /** Reading a list keeps it. @throws SovdError `not-found` */
  get(entity: EntityRef, id: string): ClientDataList {
    const list = this.#lists.get(entity, id)
    this.#lists.restart(entity, id, this.#expiry())
    return list
  }

  /** @throws SovdError `not-found` */
  delete(entity: EntityRef, id: string): void {
    this.#lists.delete(entity, id)
  }

  clear(entity: EntityRef): void {
    this.#lists.clear(entity)
  }

  [Symbol.dispose](): void {
    this.#lists[Symbol.dispose]()
  }

  #expiry(): number {
    return this.#options.clock.now() + this.retainMs
  }
}
