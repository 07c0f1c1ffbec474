const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = [0x5b, 0x7b]
const CLOSING = [0x5d, 0x7d]

/**
 * Whether a JSON text is nested deeper than `maxDepth` levels. To be asked before it is parsed: `JSON.stringify`, and
 * most code that walks a value, runs out of stack on what `JSON.parse` takes without complaint.
 */
export function isNestedDeeper(text: string, maxDepth: number): boolean {
  // Every level takes two characters.
  if (text.length <= 2 * maxDepth) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) at = endOfString(text, at)
    else if (OPENING.includes(character)) {
      if (++depth > maxDepth) return true
    } else if (CLOSING.includes(character)) depth--
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
