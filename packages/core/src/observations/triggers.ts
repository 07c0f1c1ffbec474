import { type Logger, messageOf } from '@opensovd/base'
import { type EventReader, SovdError } from '@opensovd/sovd'
import type { Caller } from '../caller.ts'
import { TemporaryResources } from '../data/temporary-resources.ts'
import type { EventFormat } from '../events/event-format.ts'
import type { ReadOptions } from '../events/event-stream.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { LogSink } from '../logs/log-sink.ts'
import { ArmedTrigger, type ArmedTriggerOptions } from './armed-trigger.ts'
import { expiryAfter } from './expiry.ts'
import { parsePointer, valueAt } from './json-pointer.ts'
import type { ObservationOptions } from './observation-options.ts'
import type { ObservedResource } from './observed-resource.ts'
import type { StoredTrigger, TriggerDefinition, TriggerStore } from './trigger.ts'
import { complaintAbout, requireRange } from './trigger-condition.ts'
import { bindToLock } from './under-lock.ts'

export interface TriggersOptions extends ObservationOptions {
  readonly log: Logger
  /** Where triggers write into the logs of their entities. */
  readonly logs: LogSink
  /** Absent: no trigger outlives the program. */
  readonly store?: TriggerStore
}

export interface TriggerRequest extends Omit<TriggerDefinition, 'id' | 'entity' | 'resource'> {
  readonly observed: ObservedResource
  /** What the resource is now; absent when it cannot be read for a while. */
  readonly body?: unknown
  /** Absent: as long as a trigger may last. */
  readonly lifetimeSeconds?: number
  readonly format: EventFormat
}

/** A trigger as it is now [17978-3 7.11]. */
export interface Trigger extends TriggerDefinition {
  readonly status: 'active' | 'terminated'
  /** RFC 3339. */
  readonly expires: string
  readonly lastError?: SovdError
}

/** Finds again what a stored trigger observes. */
export type FindObserved = (definition: TriggerDefinition) => {
  readonly observed: ObservedResource
  readonly format: EventFormat
}

/** All triggers. Each watches its resource until it is over, whether or not somebody reads its events. */
export class Triggers implements Disposable {
  /** How long one that is over can be read. */
  readonly retainMs: number
  readonly #options: TriggersOptions
  readonly #all: TemporaryResources<ArmedTrigger>
  #isClosing = false

  constructor(options: TriggersOptions) {
    this.#options = options
    const { clock, limits } = options
    const { retainMs, maxTriggers: max } = limits
    this.retainMs = retainMs
    this.#all = new TemporaryResources({ clock, what: 'trigger', max, retainMs })
  }

  /**
   * Arms those that were kept, as far as they are not over and what they observe is still known.
   * To be called once, before others are created.
   */
  restore(find: FindObserved): void {
    const { store, clock, log } = this.#options
    for (const stored of store?.load() ?? []) {
      const { expiresAtMs, ...definition } = stored
      if (expiresAtMs <= clock.now()) continue
      try {
        this.#all.requireRoom()
        this.#arm(definition, { ...find(definition), body: undefined, tag: undefined }, expiresAtMs)
      } catch (error) {
        log.warn('a trigger that was kept cannot be armed again', { trigger: stored.id, error: messageOf(error) })
      }
    }
  }

  /**
   * @throws SovdError `invalid-request` for what cannot be; `not-implemented` for a persistent trigger where none is
   * kept; `unavailable` when there are too many, or it cannot be kept
   */
  create(entity: EntityRef, request: TriggerRequest, caller: Caller): Trigger {
    const { observed, body, lifetimeSeconds, format, ...rest } = request
    const expiresAtMs = this.#expiry(lifetimeSeconds)
    requireRange(request.condition)
    requireJudgeable(request)
    this.#all.requireRoom()
    const tag = bindToLock(this.#options.locks, {
      entity,
      collections: ['triggers', observed.collection],
      caller,
      resources: this.#all,
    })
    if (request.persistent) this.#requireKeepable(observed, tag)
    const id = this.#all.unusedId(this.#options.createId)
    const definition = { id, entity: { kind: entity.kind, id: entity.id }, resource: observed.uri, ...rest }
    const trigger = this.#arm(definition, { observed, body, format, tag }, expiresAtMs)
    if (request.persistent) this.#keep(() => this.#all.remove(id))
    return this.#view(trigger)
  }

  list(entity: EntityRef): readonly Trigger[] {
    return this.#all.list(entity).map((trigger) => this.#view(trigger))
  }

  /** @throws SovdError `not-found` */
  get(entity: EntityRef, id: string): Trigger {
    return this.#view(this.#all.get(entity, id))
  }

  /**
   * Gives it a new lifetime from now on.
   * @throws SovdError `not-found`; `conflict` when it is over; `invalid-request` for the lifetime
   */
  renew(entity: EntityRef, id: string, lifetimeSeconds: number): Trigger {
    this.#all.restart(entity, id, this.#expiry(lifetimeSeconds))
    const trigger = this.#all.get(entity, id)
    if (trigger.definition.persistent) this.#keep()
    return this.#view(trigger)
  }

  /** @throws SovdError `not-found` */
  delete(entity: EntityRef, id: string): void {
    this.#all.delete(entity, id)
  }

  clear(entity: EntityRef): void {
    this.#all.clear(entity)
  }

  /** @throws SovdError `not-found`; `unavailable` when there are too many readers */
  read(entity: EntityRef, id: string, options: ReadOptions, onReady: () => void): EventReader {
    return this.#all.get(entity, id).stream.read(options, onReady)
  }

  [Symbol.dispose](): void {
    this.#isClosing = true
    this.#all[Symbol.dispose]()
  }

  #arm(
    definition: TriggerDefinition,
    what: Pick<ArmedTriggerOptions, 'observed' | 'body' | 'format' | 'tag'>,
    expiresAtMs: number,
  ): ArmedTrigger {
    const { clock, createTag, limits, readers, sources, logs } = this.#options
    const { ring, retryMs } = limits
    const trigger = new ArmedTrigger({
      definition,
      ...what,
      intervalMs: limits.intervalsMs.normal,
      sources,
      log: logs,
      stream: { clock, tag: createTag(), ring, limit: readers, retryMs },
      onDone: () => this.#all.finish(definition.id),
      onOver: () => {
        if (definition.persistent && !this.#isClosing) this.#keep()
      },
    })
    this.#all.add(trigger, expiresAtMs)
    return trigger
  }

  /** Milliseconds since 1970. */
  #expiry(wantedSeconds = this.#options.limits.maxDurationSeconds): number {
    return expiryAfter(wantedSeconds, this.#options, { what: 'a trigger', target: 'body/lifetime' })
  }

  #requireKeepable({ uri, isTemporary }: ObservedResource, tag: string | undefined): void {
    if (!this.#options.store) {
      throw new SovdError(
        'not-implemented',
        'triggers do not outlive a restart here: no place to keep them is configured',
      )
    }
    const why = isTemporary ? 'is there for a while only' : tag === undefined ? undefined : 'is observed under a lock'
    if (why === undefined) return
    const message = `a trigger cannot be persistent: ${uri} ${why}`
    throw new SovdError('invalid-request', message, { target: 'body/persistent' })
  }

  /** Writes down what is to be there after a restart. */
  #keep(undo?: () => void): void {
    const kept = this.#all.living().flatMap(({ definition }): StoredTrigger[] => {
      const expiresAtMs = this.#all.expiryOf(definition.id)
      return definition.persistent && expiresAtMs !== undefined ? [{ ...definition, expiresAtMs }] : []
    })
    try {
      this.#options.store?.save(kept)
    } catch (error) {
      this.#options.log.error('triggers could not be kept', { error: messageOf(error) })
      if (!undo) return
      undo()
      throw new SovdError('unavailable', 'the trigger could not be kept', { cause: error, retryAfterSeconds: 10 })
    }
  }

  #view({ definition, isOver, lastError }: ArmedTrigger): Trigger {
    return {
      ...definition,
      status: isOver ? 'terminated' : 'active',
      expires: new Date(this.#all.expiryOf(definition.id) ?? 0).toISOString(),
      ...(lastError === undefined ? {} : { lastError }),
    }
  }
}

/** @throws SovdError `invalid-request` when the condition makes no sense of what the resource is now */
function requireJudgeable({ body, path, condition }: TriggerRequest): void {
  const steps = parsePointer(path)
  const complaint = body === undefined ? undefined : complaintAbout(condition, valueAt(body, steps), path)
  if (complaint) throw new SovdError('invalid-request', complaint.message, { target: 'body/path' })
}
