import type { Clock } from '@opensovd/base'
import { hex4 } from './ids.ts'
import { PendingCalls } from './pending-calls.ts'
import { SomeIpError } from './someip-error.ts'

/** Stands for any client. */
const ANY_CLIENT = 0xffff

/** Who calls services: an application, by its client id, and its calls that wait for a response. */
export interface Caller {
  readonly clientId: number
  readonly calls: PendingCalls
}

/** The callers of a host. Bounded by the client ids that its applications have. */
export class Callers {
  readonly #clock: Clock
  readonly #calls = new Map<number, PendingCalls>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Adds a caller with this client id, or with the first free one from `from` on that is not reserved; `remove` it.
   * @throws SomeIpError when the id is taken, or none is free
   */
  add(clientId: number | undefined, from: number, reserved: ReadonlySet<number | undefined> = new Set()): Caller {
    const id = clientId ?? this.#firstFree(from, reserved)
    if (this.#calls.has(id)) throw new SomeIpError('SOMEIP_NOT_ALLOWED', `client id ${hex4(id)}, which is in use`)
    const calls = new PendingCalls(this.#clock)
    this.#calls.set(id, calls)
    return { clientId: id, calls }
  }

  remove({ clientId }: Caller): void {
    this.#calls.delete(clientId)
  }

  /** The calls of the client with this id. */
  of(clientId: number): PendingCalls | undefined {
    return this.#calls.get(clientId)
  }

  /** Fails everybody's calls to a peer that went away. */
  failAll(peer: object, error: SomeIpError): void {
    for (const calls of this.#calls.values()) calls.failAll(peer, error)
  }

  #firstFree(from: number, reserved: ReadonlySet<number | undefined>): number {
    for (let id = from; id < ANY_CLIENT; id++) if (!this.#calls.has(id) && !reserved.has(id)) return id
    throw new SomeIpError('SOMEIP_NOT_ALLOWED', 'one more client: all ids are in use')
  }
}
