/** One field of an event stream, or the end of an event. */
export type StreamField =
  | { readonly kind: 'event'; readonly name: string; readonly data: string; readonly id?: string }
  /** The server says when to come back. */
  | { readonly kind: 'retry' }

/** A server whose event is longer than this has another problem. */
const MAX_CHARACTERS = 8 * 1024 * 1024

/** Takes the text of an event stream apart as it comes [HTML 9.2.6]; an event has an id if it comes with one. */
export class EventParser {
  readonly #decoder = new TextDecoder()
  readonly #onField: (field: StreamField) => void
  #rest = ''
  #name = ''
  #id: string | undefined
  #data: string[] = []
  #characters = 0

  constructor(onField: (field: StreamField) => void) {
    this.#onField = onField
  }

  /** @throws RangeError for an event that is too long */
  push(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (this.#rest.length + this.#characters > MAX_CHARACTERS) {
      throw new RangeError(`an event is longer than ${MAX_CHARACTERS} characters`)
    }
  }

  #line(line: string): void {
    if (line === '') {
      this.#dispatch()
      return
    }
    const at = line.indexOf(':')
    const field = at < 0 ? line : line.slice(0, at)
    const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '')
    if (field === 'event') this.#name = value
    else if (field === 'id') this.#id = value
    else if (field === 'retry') this.#onField({ kind: 'retry' })
    else if (field === 'data') {
      this.#data.push(value)
      this.#characters += value.length
    }
  }

  #dispatch(): void {
    const name = this.#name === '' ? 'message' : this.#name
    const data = this.#data.join('\n')
    const about = this.#id === undefined ? {} : { id: this.#id }
    const isEmpty = this.#data.length === 0
    this.#name = ''
    this.#id = undefined
    this.#data = []
    this.#characters = 0
    if (!isEmpty) this.#onField({ kind: 'event', name, data, ...about })
  }
}
