import { isUtf8 } from 'node:buffer'
import { isNestedDeeper, type Json, parseJson } from '@opensovd/base'
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
  if (isNestedDeeper(text, MAX_DEPTH)) throw notJson(answer, `it is nested deeper than ${MAX_DEPTH} levels`)
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
