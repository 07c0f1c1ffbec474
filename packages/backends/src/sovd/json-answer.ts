import { isUtf8 } from 'node:buffer'
import { type Json, parseJson } from '@opensovd/base'
import type { HttpAnswer } from '../http/exchange.ts'
import { ShapeError } from './shape.ts'

/** Deeper answers are refused, so that nothing that walks one can run out of stack. */
const MAX_DEPTH = 128

/**
 * The JSON of an answer; `undefined` where it has no body.
 * @throws ShapeError for anything else
 */
export function parseAnswer(answer: HttpAnswer): Json | undefined {
  const { bytes } = answer
  if (bytes.length === 0) return undefined
  if (!isUtf8(bytes)) throw notJson(answer, 'it is not UTF-8')
  const text = bytes.toString('utf8')
  // Every level takes two characters.
  if (text.length > 2 * MAX_DEPTH && isDeep(text)) throw notJson(answer, `it is nested deeper than ${MAX_DEPTH} levels`)
  try {
    return parseJson(text)
  } catch (error) {
    throw notJson(answer, (error as SyntaxError).message)
  }
}

function notJson(answer: HttpAnswer, reason: string): ShapeError {
  const type = answer.header('content-type') ?? 'no content type'
  const encoding = answer.header('content-encoding')
  return new ShapeError(`it is not JSON (${type}${encoding ? `, ${encoding}` : ''}): ${reason.slice(0, 200)}`)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Whether more brackets are open at once than allowed, if the text is JSON. */
function isDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) at = endOfString(text, at)
    else if (character === 0x5b || character === 0x7b) {
      if (++depth > MAX_DEPTH) return true
    } else if (character === 0x5d || character === 0x7d) depth--
  }
  return false
}

/** Where the string that begins at `at` ends. */
function endOfString(text: string, at: number): number {
  let end = at + 1
  for (; end < text.length; end++) {
    const character = text.charCodeAt(end)
    if (character === BACKSLASH) end++
    else if (character === QUOTE) return end
  }
  return end
}
