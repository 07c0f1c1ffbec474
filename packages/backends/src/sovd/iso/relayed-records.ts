import { isJsonObject, type Json, messageOf } from '@opensovd/base'
import { encodeText, formatEvent, type RecordReading } from '@opensovd/core'
import { type EventReader, SovdError } from '@opensovd/sovd'
import { toldError } from '../answer-error.ts'
import type { ApiClient } from '../api-client.ts'

/** A reader that leaves more than this is cut off; it can come back for the rest. */
const MAX_WAITING_BYTES = 1024 * 1024

const SIGN_OF_LIFE = encodeText(':\n\n')

/**
 * What a server tells at `path`, for one reader: each event has the id that the server gave it, so that a reader that
 * comes back goes on at the server where it was.
 */
export function relayRecords(
  api: ApiClient,
  path: string,
  { format, lastEventId = '' }: RecordReading,
  onReady: () => void,
): EventReader {
  const stop = new AbortController()
  const waiting: Uint8Array[] = []
  let waitingBytes = 0
  let isOver = false

  const put = (text: string) => {
    if (stop.signal.aborted) return
    const bytes = encodeText(text)
    waiting.push(bytes)
    waitingBytes += bytes.length
    if (waitingBytes > MAX_WAITING_BYTES) stop.abort()
    onReady()
  }
  const end = () => {
    isOver = true
    onReady()
  }
  const onEvent = (_name: string, data: Json, id: string | undefined) => {
    const { payload, error, timestamp } = isJsonObject(data) ? data : { payload: data }
    const toldMs = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
    const atMs = Number.isNaN(toldMs) ? api.clock.now() : toldMs
    put(formatEvent(isJsonObject(error) ? format.error(toldError(error), atMs) : format.value(payload, atMs), id))
  }
  api
    .follow(path, lastEventId, { signal: stop.signal }, onEvent)
    .catch((error: unknown) => {
      const failure = error instanceof SovdError ? error : new SovdError('bad-gateway', messageOf(error))
      put(formatEvent(format.error(failure, api.clock.now())))
    })
    .finally(end)

  return {
    take() {
      const bytes = waiting.shift()
      waitingBytes -= bytes?.length ?? 0
      return bytes
    },
    beat: () => SIGN_OF_LIFE,
    get isOver() {
      return isOver && waiting.length === 0
    },
    close: () => stop.abort(),
  }
}
