import type { ResourceCollection } from '@opensovd/sovd'
import type { EntityRef } from '../locks/lock.ts'
import type { CallContext } from '../ports/call-context.ts'

/** Something that can be read again and again. */
export interface Source<T> {
  /** Sources with one key are one source: it is read once for all who watch it. */
  readonly key: string
  /** What it belongs to, so that a change of that through us is seen at once. */
  readonly about: { readonly entity: EntityRef; readonly collection?: ResourceCollection }
  /** What has to differ for a value to be another one; by default all of it as JSON. */
  textOf?(value: T): string
  /** Rejects with `SovdError`. */
  read(context: CallContext): Promise<T>
  /**
   * Tells new values as they come, or, without a value, that it is worth reading. Resolves when the signal aborts;
   * rejects when the source cannot tell, or ends it: then it is polled.
   */
  watch?(listener: (value?: T) => void, context: CallContext): Promise<void>
}
