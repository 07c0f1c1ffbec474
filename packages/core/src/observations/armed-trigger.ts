import type { Json } from '@opensovd/base'
import type { SovdError } from '@opensovd/sovd'
import type { Temporary } from '../data/temporary-resources.ts'
import type { EventFormat } from '../events/event-format.ts'
import { EventStream, type StreamOptions } from '../events/event-stream.ts'
import type { Reading } from '../events/reading.ts'
import type { Sources } from '../events/sources.ts'
import type { LogSink, NewLogEntry } from '../logs/log-sink.ts'
import { parsePointer, valueAt } from './json-pointer.ts'
import { type ObservedResource, observationOf } from './observed-resource.ts'
import type { TriggerDefinition } from './trigger.ts'
import { complaintAbout, isMet } from './trigger-condition.ts'

export interface ArmedTriggerOptions {
  readonly definition: TriggerDefinition
  readonly observed: ObservedResource
  /** What the resource is now, if that is known. */
  readonly body: unknown
  readonly format: EventFormat
  /** What ends together with a lock. */
  readonly tag: string | undefined
  readonly intervalMs: number
  readonly sources: Sources
  readonly log: LogSink
  readonly stream: Omit<StreamOptions, 'lost' | 'unknown'>
  /** Called when there is nothing more to wait for. */
  readonly onDone: () => void
  /** Called when it is over, for whatever reason. */
  readonly onOver: () => void
}

/**
 * One trigger at work: `armed → over`. It compares what is with what was from the first time that it saw the resource.
 * A resource that was there and is gone ends it; one that cannot be read for a while does not.
 */
export class ArmedTrigger implements Temporary {
  readonly stream: EventStream
  readonly #options: ArmedTriggerOptions
  readonly #steps: readonly string[]
  readonly #stop: () => void
  /** What was there; absent before the first look. */
  #before: { readonly value: unknown } | undefined
  #lastError: SovdError | undefined
  #isOver = false

  /** @throws SovdError `invalid-request` for a path that is none */
  constructor(options: ArmedTriggerOptions) {
    const { definition, observed, body, format, intervalMs, sources, stream } = options
    this.#options = options
    this.#steps = parsePointer(definition.path)
    this.stream = new EventStream({ ...stream, lost: format.lost, unknown: format.unknown, isToldFromStart: true })
    this.stream.setReady(true)
    if (body !== undefined) this.#before = { value: valueAt(body, this.#steps) }
    const onReading = (reading: Reading<unknown>) => this.#look(reading)
    this.#stop = sources.watch(observed.source, { intervalMs, wantsFresh: true, onReading })
  }

  get id(): string {
    return this.#options.definition.id
  }

  get entity(): TriggerDefinition['entity'] {
    return this.#options.definition.entity
  }

  get definition(): TriggerDefinition {
    return this.#options.definition
  }

  get tag(): string | undefined {
    return this.#options.tag
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Why it could not look lately, or why it ended. */
  get lastError(): SovdError | undefined {
    return this.#lastError
  }

  onOver(): void {
    this.#isOver = true
    this.#stop()
    this.stream.end()
    this.#options.onOver()
  }

  #look(reading: Reading<unknown>): void {
    if (this.#isOver) return
    const { observed, definition } = this.#options
    const seen = observationOf(observed, reading)
    if ('error' in seen) {
      this.#fail(seen.error, seen.atMs, seen.error.code === 'not-found')
      return
    }
    const value = valueAt(seen.payload, this.#steps)
    const complaint = complaintAbout(definition.condition, value, definition.path)
    if (complaint) {
      this.#fail(complaint, seen.atMs, true)
      return
    }
    const before = this.#before
    this.#before = { value }
    if (before && isMet(definition.condition, before.value, value)) this.#fire(seen.payload, seen.atMs)
  }

  #fire(payload: unknown, atMs: number): void {
    const { definition, format, onDone } = this.#options
    this.stream.append(format.value(payload, atMs))
    this.#writeLog(payload, atMs)
    if (!definition.multishot) onDone()
  }

  /** @param isGone whether what was there is there no more: then there is nothing to wait for */
  #fail(error: SovdError, atMs: number, isGone: boolean): void {
    const { format, onDone } = this.#options
    if (this.#lastError?.code !== error.code) this.stream.append(format.error(error, atMs))
    this.#lastError = error
    if (isGone && this.#before) onDone()
  }

  #writeLog(payload: unknown, atMs: number): void {
    const { definition, log } = this.#options
    if (!definition.log) return
    const { severity, withResource, withCondition, markerText } = definition.log
    const data = {
      ...(withResource ? { resource: definition.resource, value: payload } : {}),
      ...(withCondition ? { condition: definition.condition, path: definition.path } : {}),
    }
    const entry: NewLogEntry = {
      severity,
      source: 'trigger',
      message: markerText ?? `trigger ${definition.id} fired on ${definition.resource}`,
      timestamp: new Date(atMs).toISOString(),
      ...(Object.keys(data).length === 0 ? {} : { data: data as Json }),
    }
    log.write(definition.entity, entry)
  }
}
