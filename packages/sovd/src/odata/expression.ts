import type { Literal } from './literal.ts'
import type { PropertyPath } from './property-path.ts'

export type Comparator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

export const STRING_FUNCTIONS = ['contains', 'startswith', 'endswith'] as const
export type StringFunction = (typeof STRING_FUNCTIONS)[number]

/** A parsed `$filter`. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'property'; readonly path: PropertyPath }
  | { readonly kind: 'or' | 'and'; readonly terms: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'comparison'
      readonly comparator: Comparator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'in'; readonly operand: Expression; readonly members: readonly Literal[] }
  | { readonly kind: 'call'; readonly name: StringFunction; readonly text: Expression; readonly part: Expression }

/** Whether the expression is true, false or unknown, whatever the item. */
export function isCondition({ kind }: Expression): boolean {
  return kind !== 'literal' && kind !== 'property'
}
