import { compare, isEqual } from './comparison.ts'
import type { Comparator, Expression, StringFunction } from './expression.ts'
import type { Literal } from './literal.ts'
import { propertyReader } from './property-path.ts'

/** True, false, or anything else for unknown where a condition is evaluated. */
type Evaluate = (item: unknown) => unknown

/**
 * Compiles a `$filter` to a function that says whether an item passes. A missing property is null; null, and whatever
 * an operator is not made for, is unknown: `not`, `and` and `or` carry that on, and an item of which the filter is
 * unknown does not pass [OData-URL 5.1.1.1, 5.1.2]. `gt ge lt le` of null or of different types are false.
 */
export function compilePredicate(expression: Expression): (item: unknown) => boolean {
  const evaluate = compile(expression)
  return (item) => evaluate(item) === true
}

function compile(expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value
    case 'property':
      return propertyReader(expression.path)
    case 'and':
      return junction(expression.terms.map(compile), false)
    case 'or':
      return junction(expression.terms.map(compile), true)
    case 'not':
      return negation(compile(expression.operand))
    case 'comparison':
      return comparison(COMPARATORS[expression.comparator], compile(expression.left), compile(expression.right))
    case 'in':
      return membership(compile(expression.operand), expression.members)
    case 'call':
      return call(STRING_TESTS[expression.name], compile(expression.text), compile(expression.part))
  }
}

/** One term that has the `decisive` value decides; otherwise all must have the other one. */
function junction(terms: readonly Evaluate[], decisive: boolean): Evaluate {
  return (item) => {
    let known = true
    for (const term of terms) {
      const value = term(item)
      if (value === decisive) return decisive
      known &&= value === !decisive
    }
    return known ? !decisive : null
  }
}

function negation(operand: Evaluate): Evaluate {
  return (item) => {
    const value = operand(item)
    return typeof value === 'boolean' ? !value : null
  }
}

const COMPARATORS: Readonly<Record<Comparator, (a: unknown, b: unknown) => boolean>> = {
  eq: isEqual,
  ne: (a, b) => !isEqual(a, b),
  gt: (a, b) => compare(a, b) > 0,
  ge: (a, b) => compare(a, b) >= 0,
  lt: (a, b) => compare(a, b) < 0,
  le: (a, b) => compare(a, b) <= 0,
}

function comparison(holds: (a: unknown, b: unknown) => boolean, left: Evaluate, right: Evaluate): Evaluate {
  return (item) => holds(left(item), right(item))
}

function membership(operand: Evaluate, members: readonly Literal[]): Evaluate {
  const primitives = new Set<unknown>(members)
  return (item) => {
    const value = operand(item)
    return primitives.has(value) || (JSON.isRawJSON(value) && members.some((member) => isEqual(member, value)))
  }
}

const STRING_TESTS: Readonly<Record<StringFunction, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
}

function call(holds: (text: string, part: string) => boolean, text: Evaluate, part: Evaluate): Evaluate {
  return (item) => {
    const whole = text(item)
    const piece = part(item)
    return typeof whole === 'string' && typeof piece === 'string' ? holds(whole, piece) : null
  }
}
