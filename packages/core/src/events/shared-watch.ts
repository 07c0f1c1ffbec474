import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { DataFacet, DataValue } from '../facets/data.ts'
import type { CallContext } from '../ports/call-context.ts'

/** Who comes and goes within this time changes what is watched once. */
const GATHER_MS = 5

interface Member {
  readonly id: string
  readonly listener: (value: DataValue) => void
  readonly ended: PromiseWithResolvers<void>
}

/** One watch over the data of a source for all who want to hear of single items. */
export class SharedWatch {
  readonly #clock: Clock
  readonly #find: () => DataFacet
  readonly #members = new Set<Member>()
  #running: AbortController | undefined
  #cancelRestart: (() => void) | undefined

  constructor(clock: Clock, find: () => DataFacet) {
    this.#clock = clock
    this.#find = find
  }

  /**
   * Tells of new values of an item. Resolves when the signal aborts.
   * @throws SovdError `not-implemented` when the source cannot tell; what the source ended it with
   */
  async add(id: string, listener: Member['listener'], { signal }: CallContext): Promise<void> {
    if (!this.#find().watch) throw new SovdError('not-implemented', 'the source does not tell of changes')
    if (signal.aborted) return
    const member = { id, listener, ended: Promise.withResolvers<void>() }
    const leave = () => member.ended.resolve()
    signal.addEventListener('abort', leave, { once: true })
    this.#members.add(member)
    this.#restartSoon()
    try {
      await member.ended.promise
    } finally {
      signal.removeEventListener('abort', leave)
      if (this.#members.delete(member)) this.#restartSoon()
    }
  }

  #restartSoon(): void {
    this.#cancelRestart ??= this.#clock.after(GATHER_MS, () => {
      this.#cancelRestart = undefined
      this.#restart()
    })
  }

  /** The new watch begins before the old one ends, so that nothing is missed in between. */
  #restart(): void {
    const before = this.#running
    this.#running = undefined
    if (this.#members.size > 0) void this.#run([...new Set(Array.from(this.#members, ({ id }) => id))])
    before?.abort()
  }

  async #run(ids: readonly string[]): Promise<void> {
    const running = new AbortController()
    this.#running = running
    let error: unknown = new SovdError('unavailable', 'the source does not tell of changes any more')
    try {
      await this.#find().watch?.(ids, (value) => this.#tell(value), { signal: running.signal })
    } catch (reason) {
      error = reason
    }
    if (running.signal.aborted) return
    const members = [...this.#members]
    this.#members.clear()
    this.#running = undefined
    for (const { ended } of members) ended.reject(error)
  }

  #tell(value: DataValue): void {
    for (const { id, listener } of [...this.#members]) if (id === value.id) listener(value)
  }
}
