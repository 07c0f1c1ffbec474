import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'

/** Bytes that are ready before the client takes them, beside those in the socket. */
const AHEAD_BYTES = 16 * 1024

/** Who limits the time that a line may take to come. */
export interface LineTimer {
  /** From now on, time counts. */
  startTime(): void
  stopTime(): void
}

/**
 * The lines as text, one JSON text each, made only as they are read. Time counts while a line is made, not while
 * nobody reads; `undefined` is no line, and lets it count anew. Destroying the stream ends the lines.
 */
export function streamOfLines(lines: AsyncIterable<unknown>, timer: LineTimer): Readable {
  return Readable.from(textOf(lines, timer), { objectMode: false, highWaterMark: AHEAD_BYTES })
}

async function* textOf(lines: AsyncIterable<unknown>, timer: LineTimer): AsyncGenerator<string, void, undefined> {
  timer.startTime()
  for await (const line of lines) {
    timer.stopTime()
    if (line !== undefined) yield `${JSON.stringify(line)}\n`
    timer.startTime()
  }
  timer.stopTime()
}

/** Resolves once the response is sent or its connection is gone; to what went wrong, if something did. */
export async function endOf(response: ServerResponse): Promise<unknown> {
  try {
    await finished(response)
    return undefined
  } catch (error) {
    return error
  }
}
