import { type Json, parseJson } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'

/** Deeper bodies are refused, so that nothing that walks one can run out of stack. */
const MAX_DEPTH = 64

/**
 * Parses a JSON body; an empty one is `undefined`.
 * @throws SovdError `invalid-request` for text that is not JSON or nested too deeply
 */
export function parseBody(text: string): Json | undefined {
  if (text.trim() === '') return undefined
  if (depthOf(text) > MAX_DEPTH) {
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

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** How many brackets are open at most, if the text is JSON. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (quoted) {
      if (character === BACKSLASH) at++
      else if (character === QUOTE) quoted = false
    } else if (character === QUOTE) quoted = true
    else if (character === 0x5b || character === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (character === 0x5d || character === 0x7d) depth--
  }
  return deepest
}
