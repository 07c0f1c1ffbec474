/** One event before it is sent. */
export interface EventText {
  /** Absent: `message`, for those who read the stream. */
  readonly name?: string
  /** JSON text, which has no line ends. */
  readonly data: string
}

const encoder = new TextEncoder()

/** An event in the form of `text/event-stream`; what a reader sees of the stream is up to date with `id`. */
export function formatEvent({ name, data }: EventText, id?: string): string {
  const about = id === undefined ? '' : `id: ${id}\n`
  return `${about}${name === undefined ? '' : `event: ${name}\n`}data: ${data}\n\n`
}

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text)
}
