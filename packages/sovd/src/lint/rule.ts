import type { LintedDocument } from './linted-document.ts'

/** What is wrong at one place of a document. */
export interface Complaint {
  /** Names on the way from the document to the place. */
  readonly at: readonly string[]
  readonly message: string
}

/** One demand of the standard on a capability description. */
export interface Rule {
  readonly id: string
  /** Clause of ISO 17978-3. */
  readonly clause: string
  /** What is demanded, in one sentence. */
  readonly demand: string
  check(document: LintedDocument): Iterable<Complaint>
}
