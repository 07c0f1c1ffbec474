import { readFileSync } from 'node:fs'
import { AppError, isJsonObject, isNestedDeeper, type JsonObject, messageOf } from '@opensovd/base'

/** A description may be this long, in bytes, and nested this deep. */
const MAX_BYTES = 512 * 1024 * 1024
const MAX_DEPTH = 200
/** How long a server may take for one. */
const TIMEOUT_MS = 60_000

/**
 * The document in a file or at an `http://` or `https://` address.
 * @throws AppError `unreadable` for what cannot be had, is not JSON, or is no object
 */
export async function readDescription(place: string): Promise<JsonObject> {
  const text = /^https?:\/\//.test(place) ? await fetched(place) : fromFile(place)
  if (isNestedDeeper(text, MAX_DEPTH)) throw unreadable(place, `is nested deeper than ${MAX_DEPTH} levels`)
  const document = parsed(place, text)
  if (!isJsonObject(document)) throw unreadable(place, 'is no JSON object')
  return document
}

function fromFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw unreadable(file, messageOf(error))
  }
}

async function fetched(url: string): Promise<string> {
  let response: Response
  try {
    response = await fetch(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (response.ok && Number(response.headers.get('content-length') ?? 0) <= MAX_BYTES) return await response.text()
  } catch (error) {
    const { cause } = error instanceof Error ? error : {}
    throw unreadable(url, messageOf(cause ?? error))
  }
  throw unreadable(url, response.ok ? `is longer than ${MAX_BYTES} bytes` : `was answered with ${response.status}`)
}

function parsed(place: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(place, `is not JSON: ${messageOf(error)}`)
  }
}

function unreadable(place: string, why: string): AppError {
  return new AppError('unreadable', `${place} ${why}`)
}
