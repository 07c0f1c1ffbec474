import type { LogSeverity } from '../facets/logs.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { TriggerCondition } from './trigger-condition.ts'

/** What a trigger writes into the log of its entity when it fires [17978-3 7.11]. */
export interface TriggerLog {
  readonly severity: LogSeverity
  /** Whether the entry has the value of the resource. */
  readonly withResource: boolean
  /** Whether the entry has the condition. */
  readonly withCondition: boolean
  readonly markerText?: string
}

/** What a client wants to be told of, and when. */
export interface TriggerDefinition {
  readonly id: string
  readonly entity: EntityRef
  /** URI of the resource, as clients know it. */
  readonly resource: string
  /** JSON pointer to what counts of it. */
  readonly path: string
  readonly condition: TriggerCondition
  /** Whether it fires more than once. */
  readonly multishot: boolean
  /** Whether it is there again after a restart. */
  readonly persistent: boolean
  readonly log?: TriggerLog
}

/** A persistent trigger as it is kept. */
export interface StoredTrigger extends TriggerDefinition {
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number
}

/** Where persistent triggers are kept while the program does not run. */
export interface TriggerStore {
  /** Those kept last. Called once, before anything else. */
  load(): readonly StoredTrigger[]
  /** Keeps these in the place of all others. @throws when that is impossible */
  save(triggers: readonly StoredTrigger[]): void
}
