import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Json, parseJson } from '@opensovd/base'
import fc from 'fast-check'
import { SovdError } from '../error.ts'
import { parseFilter } from './filter.ts'
import { compilePredicate } from './predicate.ts'

/** Number texts beside each other, inside and outside of what a double holds. */
const NUMBERS = ['0', '1', '-1', '1.5', '10', '9007199254740992', '9007199254740993', '-9007199254740993', '0.125']
const TEXTS = ['', 'a', 'b', 'ab', "it's", 'true', 'ä', '10']
const NAMES = ['a', 'b', 'x-y', 'not1']

type Value = { type: 'null' } | { type: 'boolean'; of: boolean } | { type: 'number' | 'string'; of: string }

type Tree =
  | { op: 'literal'; value: Value }
  | { op: 'path'; path: string[] }
  | { op: 'not'; of: Tree }
  | { op: 'and' | 'or'; left: Tree; right: Tree }
  | { op: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'; left: Tree; right: Tree }
  | { op: 'in'; of: Tree; list: Value[] }
  | { op: 'contains' | 'startswith' | 'endswith'; left: Tree; right: Tree }

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constant<Value>({ type: 'null' }),
  fc.boolean().map((of): Value => ({ type: 'boolean', of })),
  fc.constantFrom(...NUMBERS).map((of): Value => ({ type: 'number', of })),
  fc.constantFrom(...TEXTS).map((of): Value => ({ type: 'string', of })),
)

const { condition } = fc.letrec<{ condition: Tree; operand: Tree }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'tree' },
    fc.boolean().map((of): Tree => ({ op: 'literal', value: { type: 'boolean', of } })),
    fc.record({
      op: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
      left: tie('operand'),
      right: tie('operand'),
    }),
    fc.record({
      op: fc.constantFrom('contains', 'startswith', 'endswith'),
      left: tie('operand'),
      right: tie('operand'),
    }),
    fc.record({
      op: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
      left: tie('condition'),
      right: fc.oneof(tie('condition'), fc.constant<Tree>({ op: 'literal', value: { type: 'null' } })),
    }),
    fc.record({ op: fc.constant('in'), of: tie('operand'), list: fc.array(value, { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not'), of: tie('condition') }),
    fc.record({ op: fc.constantFrom('and', 'or'), left: tie('condition'), right: tie('condition') }),
  ) as fc.Arbitrary<Tree>,
  operand: fc.oneof(
    fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 }).map((path): Tree => ({ op: 'path', path })),
    value.map((literal): Tree => ({ op: 'literal', value: literal })),
  ),
}))

const RANKS = { or: 1, and: 2, eq: 3, ne: 3, gt: 4, ge: 4, lt: 4, le: 4, not: 5, in: 6 }

function rankOf(tree: Tree): number {
  return tree.op in RANKS ? RANKS[tree.op as keyof typeof RANKS] : 7
}

/** Prints with parentheses where the precedence of OData asks for them, and only there. */
function print(tree: Tree): string {
  const inside = (child: Tree, least: number) => (rankOf(child) < least ? `(${print(child)})` : print(child))
  switch (tree.op) {
    case 'literal':
      return printValue(tree.value)
    case 'path':
      return tree.path.join('/')
    case 'not':
      return `not ${inside(tree.of, 5)}`
    case 'in':
      return `${inside(tree.of, 7)} in (${tree.list.map(printValue).join(', ')})`
    case 'contains':
    case 'startswith':
    case 'endswith':
      return `${tree.op}(${print(tree.left)},${print(tree.right)})`
    default: {
      const rank = rankOf(tree)
      const right = inside(tree.right, rank + 1)
      return `${inside(tree.left, rank)} ${tree.op} ${BARE.test(right) ? `(${right})` : right}`
    }
  }
}

/** What begins with a word that would be taken as text to the right of a comparison. */
const BARE = /^(?!(?:not|true|false|null)\b(?!1))[a-z][\w-]*(?![\w/(-])/

function printValue(literal: Value): string {
  if (literal.type === 'null') return 'null'
  return literal.type === 'string' ? `'${literal.of.replaceAll("'", "''")}'` : String(literal.of)
}

type Item = { [name: string]: Value | Item }

const item: fc.Arbitrary<Item> = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.oneof(value, fc.dictionary(fc.constantFrom(...NAMES), value)),
)

function jsonOf(of: Item): Json {
  const write = (member: Value | Item): string => {
    if (typeof member.type !== 'string') {
      const members = Object.entries(member as Item).map(([name, inner]) => `${JSON.stringify(name)}:${write(inner)}`)
      return `{${members.join()}}`
    }
    const leaf = member as Value
    if (leaf.type === 'null') return 'null'
    return leaf.type === 'string' ? JSON.stringify(leaf.of) : String(leaf.of)
  }
  return parseJson(write(of))
}

/** Evaluates by the tables of the clauses, with thousandths in BigInt for numbers. */
function evaluate(tree: Tree, of: Item): Value | 'structure' {
  const truth = (child: Tree): boolean | null => {
    const result = evaluate(child, of)
    return result !== 'structure' && result.type === 'boolean' ? result.of : null
  }
  const known = (result: boolean | null): Value =>
    result === null ? { type: 'null' } : { type: 'boolean', of: result }
  switch (tree.op) {
    case 'literal':
      return tree.value
    case 'path': {
      let at: Value | Item | undefined = of
      for (const name of tree.path) {
        at = at !== undefined && typeof at.type !== 'string' ? (at as Item)[name] : undefined
      }
      if (at === undefined) return { type: 'null' }
      return typeof at.type === 'string' ? (at as Value) : 'structure'
    }
    case 'not': {
      const inner = truth(tree.of)
      return known(inner === null ? null : !inner)
    }
    case 'and': {
      const both = [truth(tree.left), truth(tree.right)]
      return known(both.includes(false) ? false : both.includes(null) ? null : true)
    }
    case 'or': {
      const both = [truth(tree.left), truth(tree.right)]
      return known(both.includes(true) ? true : both.includes(null) ? null : false)
    }
    case 'in': {
      const operand = evaluate(tree.of, of)
      return known(tree.list.some((member) => same(operand, member)))
    }
    case 'contains':
    case 'startswith':
    case 'endswith': {
      const [left, right] = [evaluate(tree.left, of), evaluate(tree.right, of)]
      if (left === 'structure' || right === 'structure' || left.type !== 'string' || right.type !== 'string') {
        return { type: 'null' }
      }
      const at = [...Array(left.of.length + 1).keys()].filter((i) => left.of.slice(i).indexOf(right.of) === 0)
      if (tree.op === 'contains') return known(at.length > 0)
      return known(at.includes(tree.op === 'startswith' ? 0 : left.of.length - right.of.length))
    }
    default: {
      const [left, right] = [evaluate(tree.left, of), evaluate(tree.right, of)]
      if (tree.op === 'eq') return known(same(left, right))
      if (tree.op === 'ne') return known(!same(left, right))
      const difference = distance(left, right)
      if (difference === undefined) return known(false)
      return known({ gt: difference > 0, ge: difference >= 0, lt: difference < 0, le: difference <= 0 }[tree.op])
    }
  }
}

function same(a: Value | 'structure', b: Value | 'structure'): boolean {
  if (a === 'structure' || b === 'structure') return false
  if (a.type === 'null' || b.type === 'null') return a.type === b.type
  return distance(a, b) === 0
}

function distance(a: Value | 'structure', b: Value | 'structure'): number | undefined {
  if (a === 'structure' || b === 'structure' || a.type !== b.type || a.type === 'null' || b.type === 'null') return
  const [left, right] = a.type === 'number' ? [thousandths(String(a.of)), thousandths(String(b.of))] : [a.of, b.of]
  return left === right ? 0 : left < right ? -1 : 1
}

function thousandths(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(3, '0'))
}

function dependsOnItself(tree: Tree): boolean {
  const result = JSON.stringify(tree)
  return /"op":"(eq|ne)","left":\{"op":"path","path":(\[[^\]]*\])\},"right":\{"op":"path","path":\2\}/.test(result)
}

describe('a filter', () => {
  it('means what a naive evaluation of the same tree means', () => {
    fc.assert(
      fc.property(condition, fc.array(item, { minLength: 1, maxLength: 8 }), (tree, items) => {
        // A structure is equal to itself, which the naive evaluation does not know.
        fc.pre(!dependsOnItself(tree))
        const text = print(tree)
        fc.pre(text.length <= 4096)
        const predicate = compilePredicate(parseFilter(text))
        for (const of of items) {
          const expected = evaluate(tree, of)
          assert.equal(
            predicate(jsonOf(of)),
            expected !== 'structure' && expected.type === 'boolean' && expected.of,
            text,
          )
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('is read or refused with a SovdError, whatever the text', () => {
    const token = fc.constantFrom('a', 'a/b', 'eq', 'NOT', 'and', 'or', 'in', 'gt', '(', ')', ',', "'x'", "'", '5', '-')
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join(' ')),
      fc.array(fc.oneof(token, fc.constant('contains(')), { maxLength: 60 }).map((tokens) => tokens.join('')),
    )
    fc.assert(
      fc.property(text, (filter) => {
        try {
          assert.equal(typeof compilePredicate(parseFilter(filter))({ a: 1 }), 'boolean')
        } catch (error) {
          assert.ok(error instanceof SovdError && error.code === 'invalid-request', String(error))
          assert.match(error.message, /^\$filter: /)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
