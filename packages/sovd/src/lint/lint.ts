import { isJsonObject } from '@opensovd/base'
import { DOCUMENT_RULES } from './document-rules.ts'
import { EXTENSION_RULES } from './extension-rules.ts'
import { LintedDocument } from './linted-document.ts'
import { OPERATION_RULES } from './operation-rules.ts'
import { PATH_RULES } from './path-rules.ts'
import type { Rule } from './rule.ts'

/** A demand of the standard that a description does not meet. */
export interface Finding {
  /** Identifies the rule. */
  readonly rule: string
  /** Clause of ISO 17978-3. */
  readonly clause: string
  /** JSON pointer into the document. */
  readonly place: string
  readonly message: string
}

/** All demands on capability descriptions. */
export const LINT_RULES: readonly Rule[] = [...DOCUMENT_RULES, ...PATH_RULES, ...EXTENSION_RULES, ...OPERATION_RULES]

/** What in a document does not meet the demands of the standard on capability descriptions, by rule. */
export function lint(document: unknown): readonly Finding[] {
  const linted = new LintedDocument(isJsonObject(document) ? document : {})
  return LINT_RULES.flatMap(({ id, clause, check }) =>
    [...check(linted)].map(({ at, message }) => ({ rule: id, clause, place: pointerTo(at), message })),
  )
}

/** [RFC 6901] */
function pointerTo(names: readonly string[]): string {
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
