import { randomUUID } from 'node:crypto'
import { type Clock, isJsonObject } from '@opensovd/base'
import type { DoubleAnswer, DoubleRequest } from '../../sovd/testing/http-double.ts'
import { badRequest, conflict, forbidden, items, NO_CONTENT, notFound, ok } from './refusals.ts'

interface HeldLock {
  readonly id: string
  readonly owner: string
  readonly place: string
  untilMs: number
}

/** Locks as the adapter has them: on the vehicle (`''`), on ECUs (`ecu/…`) and on functional groups (`group/…`). */
export class DoubleLocks {
  readonly #clock: Clock
  readonly #onEnd: (place: string) => void
  #held: HeldLock[] = []

  /** @param onEnd is told what is not locked any more: its session and its security access end */
  constructor(clock: Clock, onEnd: (place: string) => void) {
    this.#clock = clock
    this.#onEnd = onEnd
  }

  /** Where and whose the locks are now. */
  get all(): readonly string[] {
    return this.#live().map(({ place, owner }) => `${place} ${owner}`)
  }

  /** Another client takes a lock, beside the API. */
  take(place: string, owner: string): void {
    this.#held.push({ id: randomUUID(), owner, place, untilMs: Number.POSITIVE_INFINITY })
  }

  /** All locks are gone, as after a restart. */
  forget(): void {
    for (const { place } of this.#held.splice(0)) this.#onEnd(place)
  }

  answer({ method, body }: DoubleRequest, place: string, id: string | undefined, owner: string): DoubleAnswer {
    if (id !== undefined) return this.#one(method, place, id, owner, body)
    if (method === 'GET') {
      const here = this.#live().filter((lock) => lock.place === place)
      return items(here.map((lock) => ({ id: lock.id, owned: lock.owner === owner })))
    }
    if (method !== 'POST') return { status: 405 }
    const seconds = isJsonObject(body) ? body.lock_expiration : undefined
    if (typeof seconds !== 'number') return badRequest('lock_expiration is missing')
    if (seconds < 0) return badRequest('Expiration date is in the past')
    return this.#acquire(place, owner, seconds)
  }

  /** Why something may not be changed by this client, if it may not. */
  refusal(place: string, owner: string): DoubleAnswer | undefined {
    const live = this.#live()
    const kind = kindOf(place)
    if (!live.some((lock) => lock.place === place || lock.place === '')) {
      return forbidden(kind === 'group' ? 'Required functional group lock is missing' : 'Required ECU lock is missing')
    }
    const foreign = live.some((lock) => lock.owner !== owner && (kindOf(lock.place) === kind || lock.place === ''))
    return foreign ? forbidden('lock validation failed') : undefined
  }

  #acquire(place: string, owner: string, seconds: number): DoubleAnswer {
    const live = this.#live()
    const untilMs = this.#clock.monotonic() + seconds * 1000
    const foreign = live.filter((lock) => lock.owner !== owner)
    if (foreign.some((lock) => lock.place === place || lock.place === '')) return forbidden('lock validation failed')
    if (place === '' && foreign.length > 0) return forbidden('lock validation failed')
    const isBlocked = kindOf(place) === 'ecu' && live.some((lock) => kindOf(lock.place) === 'group')
    if (isBlocked) return conflict('functional lock prevents setting ecu lock')
    if (kindOf(place) === 'group' && foreign.some((lock) => kindOf(lock.place) === 'ecu')) {
      return conflict('ecu lock prevents setting functional lock')
    }
    const own = live.find((lock) => lock.place === place)
    if (own) own.untilMs = untilMs
    const lock = own ?? { id: randomUUID(), owner, place, untilMs }
    if (!own) this.#held.push(lock)
    return { status: 201, body: { id: lock.id } }
  }

  #one(method: string, place: string, id: string, owner: string, body: DoubleRequest['body']): DoubleAnswer {
    const lock = this.#live().find((each) => each.place === place)
    if (method === 'GET') {
      if (lock?.id !== id) return notFound(`no lock found with id ${id}`)
      const untilMs = this.#clock.now() + (lock.untilMs - this.#clock.monotonic())
      return ok({ lock_expiration: new Date(untilMs).toISOString() })
    }
    if (!lock) return method === 'PUT' ? conflict('No lock found') : notFound('no lock')
    if (lock.owner !== owner || lock.id !== id) return forbidden('lock validation failed')
    if (method === 'PUT') {
      const seconds = isJsonObject(body) && typeof body.lock_expiration === 'number' ? body.lock_expiration : 0
      lock.untilMs = this.#clock.monotonic() + seconds * 1000
      return NO_CONTENT
    }
    if (method !== 'DELETE') return { status: 405 }
    this.#end([lock, ...(place === '' ? this.#held.filter((each) => each !== lock) : [])])
    return NO_CONTENT
  }

  #live(): readonly HeldLock[] {
    const now = this.#clock.monotonic()
    this.#end(this.#held.filter(({ untilMs }) => untilMs <= now))
    return this.#held
  }

  #end(over: readonly HeldLock[]): void {
    if (over.length === 0) return
    this.#held = this.#held.filter((each) => !over.includes(each))
    for (const { place } of over) this.#onEnd(place)
  }
}

function kindOf(place: string): string {
  return place.split('/')[0] ?? ''
}
