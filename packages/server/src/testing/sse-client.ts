import http from 'node:http'

export interface SseEvent {
  readonly id?: string
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape is what they test
  readonly data: any
}

export interface SseClient extends AsyncDisposable {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Everything that came. */
  text(): string
  /** The next event, with its fields as the rules for event streams read them. */
  next(): Promise<SseEvent>
  /** The next event of this name; others before it are passed over. */
  nextNamed(name: string): Promise<SseEvent>
  /** Resolves at the end of the stream, in whatever way it ends. */
  readonly ended: Promise<void>
  /** Stops taking bytes. */
  pause(): void
  resume(): void
  close(): void
}

/** Reads events with nothing between them and the test but HTTP. */
export async function openSse(
  url: string,
  headers: http.OutgoingHttpHeaders = {},
  signal?: AbortSignal,
): Promise<SseClient> {
  const { promise: opened, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const request = http.get(url, { headers, agent: false, ...(signal && { signal }) }, resolve)
  request.on('error', reject)
  const response = await opened
  const events: SseEvent[] = []
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  let wake = () => {}
  let all = ''
  let rest = ''
  let isOver = false
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    all += chunk
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = eventOf(block)
      if (event) events.push(event)
    }
    wake()
  })
  const over = () => {
    isOver = true
    end()
    wake()
  }
  response.on('end', over)
  response.on('error', over)
  const next = async (): Promise<SseEvent> => {
    for (;;) {
      const event = events.shift()
      if (event) return event
      if (isOver) throw new Error(`the stream is over after ${all}`)
      await new Promise<void>((go) => {
        wake = go
      })
    }
  }
  const close = () => request.destroy()
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: () => all,
    next,
    async nextNamed(name) {
      for (;;) {
        const event = await next()
        if (event.name === name) return event
      }
    },
    ended,
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close,
    async [Symbol.asyncDispose]() {
      close()
    },
  }
}

/** [HTML 9.2.6] Without data there is no event. */
function eventOf(block: string): SseEvent | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const at = line.indexOf(':')
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).replace(/^ /, ''))
  }
  const data = fields.get('data')
  if (data === undefined) return undefined
  const id = fields.get('id')
  return { ...(id === undefined ? {} : { id }), name: fields.get('event') ?? 'message', data: JSON.parse(data) }
}
