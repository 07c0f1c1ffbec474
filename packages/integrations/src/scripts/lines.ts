import { StringDecoder } from 'node:string_decoder'
import { refused } from './script-process.ts'

/**
 * The lines of a stream as they come.
 * @throws SovdError `unprocessable-content` for one that is too long
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, maxLength: number): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let begun: string[] = []
  let length = 0
  for await (const bytes of stream) {
    const [first = '', ...others] = decoder.write(Buffer.from(bytes)).split('\n')
    for (const part of [first, ...others.slice(0, -1)].slice(0, others.length)) {
      if (length + part.length > maxLength) throw refused(`it said more than ${maxLength} characters at once`)
      yield begun.join('') + part
      begun = []
      length = 0
    }
    const rest = others.at(-1) ?? first
    begun.push(rest)
    length += rest.length
    if (length > maxLength) throw refused(`it said more than ${maxLength} characters at once`)
  }
}
