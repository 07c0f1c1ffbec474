import { AppError } from '@opensovd/base'

/** Counted from 1; columns in UTF-16 code units, as editors do. */
export interface Position {
  readonly line: number
  readonly column: number
}

/**
 * A JSON value with its place, seen as boost's property tree sees it: a scalar is only its text (`30509`, `"30509"`
 * and `true`, `"true"` are the same), objects and arrays are lists of named and unnamed entries in the order written,
 * duplicates included.
 */
export interface JsonNode {
  readonly kind: 'scalar' | 'object' | 'array'
  /** Empty for objects and arrays. */
  readonly text: string
  /** Empty for scalars. */
  readonly entries: readonly JsonEntry[]
  readonly at: Position
}

export interface JsonEntry {
  /** Empty in arrays. */
  readonly name: string
  /** Where the name stands; in arrays, where the value stands. */
  readonly nameAt: Position
  readonly value: JsonNode
}

export class JsonTextError extends AppError<'invalid-json'> {
  readonly at: Position

  constructor(message: string, at: Position) {
    super('invalid-json', message)
    this.at = at
  }
}

const MAX_DEPTH = 64
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LITERAL = /true|false|null/y
const PLAIN_TEXT = /[^"\\\u0000-\u001f]+/y
const CODE_POINT = /u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u(?![dD][89a-fA-F])[\da-fA-F]{4}/y
const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }),
)

/**
 * Parses strict JSON (RFC 8259; a byte order mark is skipped) without losing places, spelling or duplicate keys.
 * @throws JsonTextError for anything else, for half of a surrogate pair, and for nesting deeper than 64
 */
export function parseJsonText(text: string): JsonNode {
  const parser = new JsonTextParser(text.startsWith('\uFEFF') ? text.slice(1) : text)
  return parser.parse()
}

class JsonTextParser {
  readonly #text: string
  #offset = 0
  #line = 1
  #lineStart = 0

  constructor(text: string) {
    this.#text = text
  }

  parse(): JsonNode {
    this.#skipSpace()
    const node = this.#value(0)
    if (this.#skipSpace() !== '') throw this.#error('expected the end of the file after the value')
    return node
  }

  #value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw this.#error(`nested deeper than ${MAX_DEPTH} levels`)
    const at = this.#position()
    switch (this.#text[this.#offset]) {
      case '{':
        return { kind: 'object', text: '', entries: this.#entries('}', () => this.#member(depth + 1)), at }
      case '[':
        return { kind: 'array', text: '', entries: this.#entries(']', () => this.#element(depth + 1)), at }
      case '"':
        return { kind: 'scalar', text: this.#string(), entries: [], at }
      default: {
        const scalar = this.#match(LITERAL) ?? this.#match(NUMBER)
        if (scalar === undefined) throw this.#error('expected a value')
        return { kind: 'scalar', text: scalar, entries: [], at }
      }
    }
  }

  #entries(close: '}' | ']', entry: () => JsonEntry): readonly JsonEntry[] {
    const entries: JsonEntry[] = []
    this.#offset++
    if (this.#skipSpace() === close) {
      this.#offset++
      return entries
    }
    for (;;) {
      entries.push(entry())
      const next = this.#skipSpace()
      if (next !== ',' && next !== close) throw this.#error(`expected ',' or '${close}'`)
      this.#offset++
      if (next === close) return entries
      if (this.#skipSpace() === close) throw this.#error(`a ',' before '${close}' is not JSON`)
    }
  }

  #member(depth: number): JsonEntry {
    const nameAt = this.#position()
    if (this.#text[this.#offset] !== '"') throw this.#error('expected a name in double quotes')
    const name = this.#string()
    if (this.#skipSpace() !== ':') throw this.#error("expected ':' after the name")
    this.#offset++
    this.#skipSpace()
    return { name, nameAt, value: this.#value(depth) }
  }

  #element(depth: number): JsonEntry {
    const nameAt = this.#position()
    return { name: '', nameAt, value: this.#value(depth) }
  }

  #string(): string {
    this.#offset++
    let value = ''
    for (;;) {
      value += this.#match(PLAIN_TEXT) ?? ''
      const end = this.#text[this.#offset]
      if (end === undefined) throw this.#error('the text has no closing quote')
      if (end === '"') {
        this.#offset++
        return value
      }
      if (end !== '\\') throw this.#error('a control character must be escaped')
      value += this.#escape()
    }
  }

  #escape(): string {
    const at = this.#position()
    this.#offset++
    const simple = ESCAPES.get(this.#text[this.#offset] ?? '')
    if (simple !== undefined) {
      this.#offset++
      return simple
    }
    const codePoint = this.#match(CODE_POINT)
    if (codePoint === undefined) throw new JsonTextError('not a valid escape sequence', at)
    const units = codePoint.split(/\\?u/).slice(1)
    return String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16)))
  }

  /** Moves to the next character that is not white space and returns it; empty at the end. */
  #skipSpace(): string {
    for (;;) {
      const next = this.#text[this.#offset]
      if (next === '\n') {
        this.#line++
        this.#lineStart = this.#offset + 1
      } else if (next !== ' ' && next !== '\t' && next !== '\r') {
        if (next === '/') throw this.#error('comments are not JSON')
        return next ?? ''
      }
      this.#offset++
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#offset += found.length
    return found
  }

  #position(): Position {
    return { line: this.#line, column: this.#offset - this.#lineStart + 1 }
  }

  #error(message: string): JsonTextError {
    return new JsonTextError(message, this.#position())
  }
}
