const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex digits, two a byte, without separators. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += PAIRS[byte]
  return text
}

/**
 * Reads hex digits, upper or lower case, with an optional `0x` and any white space.
 * @throws SyntaxError for another character or an odd number of digits
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/^0x|\s+/gi, '')
  if (/[^0-9a-f]/i.test(digits)) throw new SyntaxError(`not hex digits: '${text}'`)
  if (digits.length % 2 !== 0) throw new SyntaxError(`an odd number of hex digits: '${text}'`)
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  )
}
