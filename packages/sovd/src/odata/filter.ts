import { Cursor, MAX_DEPTH } from './cursor.ts'
import { type Comparator, type Expression, isCondition, STRING_FUNCTIONS } from './expression.ts'
import { type Literal, takeLiteral, takeText } from './literal.ts'
import { isName, parsePropertyPath } from './property-path.ts'

/** Most members of the list after `in`. */
export const MAX_MEMBERS = 256

const EQUALITY: readonly Comparator[] = ['eq', 'ne']
const RELATION: readonly Comparator[] = ['gt', 'ge', 'lt', 'le']

/**
 * Parses a `$filter` [OData-URL 5.1.1]: `eq ne gt ge lt le in and or not ( )`, contains, startswith, endswith,
 * property paths, strings, numbers, Booleans, null; names of operators and functions in upper or lower case.
 *
 * `in` binds tightest, then `not`, then `gt ge lt le`, then `eq ne`, then `and`, then `or` [OData-URL 5.1.1.17].
 * So `not a eq 1` would compare `not a` with 1, and is refused with a hint.
 *
 * Wider than OData: to the right of a comparison and in a list, a word without quotes is text, as in
 * `access eq readOnly`; that covers dates, times and GUIDs too. Where the property is meant, `(b)` says so:
 * `a eq (b)`. A word is a property where the left side is a literal, as in `5 lt a`, and in `a eq b/c`.
 * @throws SovdError `invalid-request` that points at the character
 */
export function parseFilter(text: string): Expression {
  return new FilterParser(new Cursor('$filter', text)).parse()
}

/** A method for each level of precedence; each starts and ends where no space comes next. */
class FilterParser {
  readonly #cursor: Cursor
  #depth = 0

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  parse(): Expression {
    this.#cursor.skipSpace()
    const start = this.#cursor.at
    const expression = this.#condition(this.#or(), start)
    if (!this.#cursor.atEnd) throw this.#cursor.unexpected('an operator or the end')
    return expression
  }

  #or(): Expression {
    return this.#terms('or', () => this.#terms('and', () => this.#equality()))
  }

  #terms(kind: 'or' | 'and', next: () => Expression): Expression {
    let start = this.#cursor.at
    const first = next()
    if (!this.#takeWord(kind)) return first
    const terms = [this.#condition(first, start)]
    do {
      start = this.#cursor.at
      terms.push(this.#condition(next(), start))
    } while (this.#takeWord(kind))
    return { kind, terms }
  }

  #equality(): Expression {
    return this.#comparison(EQUALITY, () => this.#comparison(RELATION, () => this.#not()))
  }

  #comparison(comparators: readonly Comparator[], next: () => Expression): Expression {
    const depth = this.#depth
    let left = next()
    for (;;) {
      const comparator = comparators.find((name) => this.#takeWord(name))
      if (!comparator) break
      this.#enter()
      left = { kind: 'comparison', comparator, left, right: this.#right(left, next) }
    }
    this.#depth = depth
    return left
  }

  #right(left: Expression, next: () => Expression): Expression {
    const start = this.#cursor.at
    const text = left.kind === 'literal' ? undefined : takeText(this.#cursor)
    const right: Expression = text === undefined ? next() : this.#literal(text)
    if (isCondition(left) && !canBeTrue(right)) {
      const hint = left.kind === 'not' ? "; 'not' binds tighter than a comparison: write not (…)" : ''
      throw this.#cursor.unexpected('true, false or null', start, hint)
    }
    return right
  }

  #not(): Expression {
    if (!this.#takeWord('not')) return this.#membership()
    this.#enter()
    const start = this.#cursor.at
    const operand = this.#condition(this.#not(), start)
    this.#depth -= 1
    return { kind: 'not', operand }
  }

  #membership(): Expression {
    const operand = this.#primary()
    return this.#takeWord('in') ? { kind: 'in', operand, members: this.#list() } : operand
  }

  #list(): readonly Literal[] {
    const members: Literal[] = []
    this.#expect('(')
    if (this.#takeSign(')')) return members
    do {
      if (members.length === MAX_MEMBERS) throw this.#cursor.refusal(`a list may have at most ${MAX_MEMBERS} members`)
      members.push(this.#member())
    } while (this.#takeSign(','))
    this.#expect(')', "',' or ')'")
    return members
  }

  #member(): Literal {
    const value = takeLiteral(this.#cursor)
    const member = value === undefined ? takeText(this.#cursor) : value
    if (member === undefined) throw this.#cursor.unexpected('a value')
    this.#cursor.skipSpace()
    return member
  }

  #primary(): Expression {
    if (this.#takeSign('(')) return this.#group()
    const value = takeLiteral(this.#cursor)
    if (value !== undefined) return this.#literal(value)
    const word = this.#cursor.peekWord()
    if (word !== '' && this.#cursor.peek(word.length) === '(') return this.#call(word)
    const text = isName(word) ? undefined : takeText(this.#cursor)
    if (text !== undefined) return this.#literal(text)
    const path = parsePropertyPath(this.#cursor, "a property, a value, a function, 'not' or '('")
    this.#cursor.skipSpace()
    return { kind: 'property', path }
  }

  #literal(value: Literal): Expression {
    this.#cursor.skipSpace()
    return { kind: 'literal', value }
  }

  #group(): Expression {
    this.#enter()
    const inner = this.#or()
    this.#expect(')')
    this.#depth -= 1
    return inner
  }

  #call(word: string): Expression {
    const name = STRING_FUNCTIONS.find((known) => known === word.toLowerCase())
    if (!name) throw this.#cursor.unexpected(`one of the functions ${STRING_FUNCTIONS.join(', ')}`)
    this.#cursor.advance(word.length)
    this.#expect('(')
    this.#enter()
    const text = this.#or()
    this.#expect(',')
    const part = this.#or()
    this.#expect(')')
    this.#depth -= 1
    return { kind: 'call', name, text, part }
  }

  #condition(expression: Expression, start: number): Expression {
    if (!canBeTrue(expression)) throw this.#cursor.unexpected('a condition', start)
    return expression
  }

  #enter(): void {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw this.#cursor.unexpected(`at most ${MAX_DEPTH} levels of nesting`)
  }

  #takeWord(word: string): boolean {
    if (this.#cursor.peekWord().toLowerCase() !== word) return false
    this.#cursor.advance(word.length)
    this.#cursor.skipSpace()
    return true
  }

  #takeSign(sign: string): boolean {
    const taken = this.#cursor.take(sign)
    if (taken) this.#cursor.skipSpace()
    return taken
  }

  #expect(sign: string, expected = `'${sign}'`): void {
    if (!this.#takeSign(sign)) throw this.#cursor.unexpected(expected)
  }
}

/** False for what is known to be a text or a number. */
function canBeTrue(expression: Expression): boolean {
  return expression.kind !== 'literal' || expression.value === null || typeof expression.value === 'boolean'
}
