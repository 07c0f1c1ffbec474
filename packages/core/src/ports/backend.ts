import type { SovdErrorCode } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'

/** `untried` until the first attempt to reach the source is over, one way or the other. */
export type BackendStatus =
  | { readonly phase: 'untried' }
  | { readonly phase: 'up' }
  | { readonly phase: 'down'; readonly code: SovdErrorCode; readonly message: string }

export interface BackendSnapshot {
  readonly status: BackendStatus
  /** Entities of a source that is down stay, with a `connectionState` that says so. */
  readonly entities: readonly Entity[]
}

/** A source of entities. Nothing it does may block another source. */
export interface Backend {
  readonly name: string
  /** What is known now. A new object after each change. */
  readonly snapshot: BackendSnapshot
  /** Calls `listener` after each change of the snapshot. Returns a function that ends it. */
  onChange(listener: () => void): () => void
  /** Keeps the snapshot true until the signal aborts; then resolves. Rejects only for a fault of our own. */
  run(signal: AbortSignal): Promise<void>
  /** Ends what is in flight. */
  [Symbol.asyncDispose](): Promise<void>
}

/** One request to a source, for whoever counts them. */
export interface BackendCall {
  readonly backend: string
  readonly method: string
  readonly outcome: 'ok' | SovdErrorCode
  readonly durationMs: number
}

export type BackendObserver = (call: BackendCall) => void
