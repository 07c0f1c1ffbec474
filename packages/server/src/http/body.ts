import { isNestedDeeper, type Json, parseJson } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'

/** Deeper bodies are refused, so that nothing that walks one can run out of stack. */
const MAX_DEPTH = 64

/**
 * Parses a body of `application/x-www-form-urlencoded`; an empty one is `undefined`.
 * @throws SovdError `invalid-request` for a field that is there twice
 */
export function parseForm(text: string): Readonly<Record<string, string>> | undefined {
  const fields = [...new URLSearchParams(text)]
  if (fields.length === 0) return undefined
  const seen = new Set<string>()
  const repeated = fields.find(([name]) => seen.size === seen.add(name).size)
  if (repeated)
    throw new SovdError('invalid-request', `the form has ${repeated[0].slice(0, 40)} twice`, { target: 'body' })
  return Object.fromEntries(fields)
}

/**
 * Parses a JSON body; an empty one is `undefined`.
 * @throws SovdError `invalid-request` for text that is not JSON or nested too deeply
 */
export function parseBody(text: string): Json | undefined {
  if (text.trim() === '') return undefined
  if (isNestedDeeper(text, MAX_DEPTH)) {
    throw new SovdError('invalid-request', `the body is nested deeper than ${MAX_DEPTH} levels`, { target: 'body' })
  }
  try {
    return parseJson(text)
  } catch (error) {
    throw new SovdError('invalid-request', `the body is not JSON: ${(error as SyntaxError).message}`, {
      target: 'body',
      cause: error,
    })
  }
}
