/** What came of the check of one operation. */
export type Verdict =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly failures: readonly string[] }
  /** The server has no such thing, which is its right. */
  | { readonly outcome: 'not-offered'; readonly reason: string }
  | { readonly outcome: 'not-exercised'; readonly reason: string }

/** Ends a check: the server does not offer what it is about. */
export class NotOffered extends Error {}

/** Ends a check: what it is about cannot be tried here. */
export class NotExercised extends Error {}
