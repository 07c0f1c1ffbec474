import { type Clock, type Json, messageOf, parseJson } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { StreamListener } from '../http/http-stream.ts'
import { EventParser, type StreamField } from './event-parser.ts'

export interface EventWatchOptions {
  readonly clock: Clock
  /** How messages call the server. */
  readonly peer: string
  readonly open: (listener: StreamListener) => { cancel(): void }
  /**
   * Whether it tells changes as long as anybody wants to know: then it is a failure when it ends, or when the server
   * tells what is, and nothing after that.
   */
  readonly isEndless: boolean
  readonly onEvent: EventTaker
}

/** Takes an event. What it throws ends the watch. */
export type EventTaker = (name: string, data: Json, id: string | undefined) => void

/** A server that says nothing for so long is gone: signs of life come every 15 s. */
const SILENCE_MS = 45_000

/**
 * Reads the events of a server until the signal aborts, or they come to an end; then resolves.
 * @throws SovdError `not-implemented` from a server that has no such stream, or one that tells no changes; what the
 * stream ended with
 */
export function watchEvents(options: EventWatchOptions, signal: AbortSignal): Promise<void> {
  const { clock, peer, open, isEndless } = options
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve()
    let cancelSilence = () => {}
    const settle = (finish: () => void) => {
      cancelSilence()
      signal.removeEventListener('abort', onAbort)
      stream.cancel()
      finish()
    }
    const onAbort = () => settle(resolve)
    const fail = (error: SovdError) => settle(() => reject(error))
    const waitForLife = () => {
      cancelSilence()
      const silent = () => fail(new SovdError('gateway-timeout', `${peer} stopped to tell events`))
      cancelSilence = clock.after(SILENCE_MS, silent)
    }
    const parser = new EventParser(fieldTaker(options))
    const stream = open({
      onHead(status, contentType) {
        const isStream = status === 200 && contentType.startsWith('text/event-stream')
        if (!isStream) fail(new SovdError('not-implemented', `${peer} tells no events`))
      },
      onChunk(chunk) {
        waitForLife()
        try {
          parser.push(chunk)
        } catch (error) {
          fail(error instanceof SovdError ? error : new SovdError('bad-gateway', messageOf(error), { cause: error }))
        }
      },
      onEnd(cause) {
        if (!cause && !isEndless) settle(resolve)
        else fail(new SovdError('bad-gateway', `${peer} ended its events`, cause ? { cause } : {}))
      },
    })
    signal.addEventListener('abort', onAbort, { once: true })
    waitForLife()
  })
}

/** Servers that tell changes begin with when to come back; others tell what is, and then nothing. */
function fieldTaker({ peer, onEvent, isEndless }: EventWatchOptions): (field: StreamField) => void {
  let isExpected = !isEndless
  return (field) => {
    if (field.kind === 'retry') isExpected = true
    else if (isExpected) onEvent(field.name, jsonOf(peer, field.data), field.id)
    else throw new SovdError('not-implemented', `${peer} tells no changes`)
  }
}

function jsonOf(peer: string, text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw new SovdError('bad-gateway', `${peer} sent an event that is not JSON`, { cause: error })
  }
}
