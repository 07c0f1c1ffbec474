import { SovdError } from '../error.ts'

/** Longest text accepted for one query option, in UTF-16 code units. */
export const MAX_OPTION_LENGTH = 4096
/** Most levels of nesting: of parentheses, `not`, comparisons and calls; and most segments of a property path. */
export const MAX_DEPTH = 64

/** A number, a name or an unquoted value. */
const WORD = /[+-]?[\p{L}\p{N}_][\p{L}\p{N}\p{M}\p{Pc}.:+-]*/uy
const SPACE = /[ \t]*/y
const MAX_QUOTED = 32

/** Reads the text of one query option. Positions are code units; errors count characters from 1. */
export class Cursor {
  readonly option: string
  readonly #text: string
  #at = 0

  /** @throws SovdError `invalid-request` when the text is too long */
  constructor(option: string, text: string) {
    this.option = option
    this.#text = text
    if (text.length > MAX_OPTION_LENGTH) {
      throw this.refusal(`at most ${MAX_OPTION_LENGTH} characters are accepted, these are ${text.length}`)
    }
  }

  get at(): number {
    return this.#at
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length
  }

  skipSpace(): void {
    SPACE.lastIndex = this.#at
    SPACE.test(this.#text)
    this.#at = SPACE.lastIndex
  }

  /** The word that comes next, without taking it; `''` when there is none. */
  peekWord(): string {
    return this.#match(WORD) ?? ''
  }

  /** The character `offset` code units ahead; `''` at the end. */
  peek(offset = 0): string {
    return this.#text.charAt(this.#at + offset)
  }

  advance(length: number): void {
    this.#at += length
  }

  /** Takes `text` if it comes next. */
  take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  /** Takes what a sticky pattern matches here. */
  takeMatch(pattern: RegExp): string | undefined {
    const found = this.#match(pattern)
    if (found !== undefined) this.#at += found.length
    return found
  }

  /** The error for something else than what was expected here, or at a position passed before. */
  unexpected(expected: string, at = this.#at, hint = ''): SovdError {
    const character = [...this.#text.slice(0, at)].length + 1
    return this.refusal(`expected ${expected} at character ${character}, found ${this.#found(at)}${hint}`)
  }

  refusal(problem: string): SovdError {
    return new SovdError('invalid-request', `${this.option}: ${problem}`, { target: this.option })
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.[0]
  }

  #found(at: number): string {
    const rest = this.#text.slice(at)
    if (rest === '') return 'the end'
    WORD.lastIndex = 0
    const token = WORD.exec(rest)?.[0] ?? String.fromCodePoint(rest.codePointAt(0) ?? 0)
    return quoted(token)
  }
}

/** A text from outside, short enough for a message. */
export function quoted(text: string): string {
  return text.length > MAX_QUOTED ? `'${text.slice(0, MAX_QUOTED)}…'` : `'${text}'`
}
