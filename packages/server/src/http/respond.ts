import { ByteContent, type Created, type EventSource, type Reply } from '@opensovd/sovd'
import type { Collection } from '../contract.ts'
import { EVENT_STREAM_TYPE } from './event-streams.ts'

/** What goes out, still without the headers that every answer has. */
export interface Answer {
  readonly status: number
  readonly body: string | undefined
  readonly contentType: string | undefined
  readonly location: string | undefined
  /** In place of `body`: what is made while it is sent. */
  readonly lines?: AsyncIterable<unknown>
  /** In place of `body`: events as they come. */
  readonly events?: EventSource
  /** In place of `body`: what is not JSON. */
  readonly bytes?: ByteContent
}

export const JSON_TYPE = 'application/json; charset=utf-8'
export const NDJSON_TYPE = 'application/x-ndjson'

/** Makes the body of a collection from what the handler returned. */
export type CollectionBody = (result: Collection) => unknown

/** The answer that a row promises, made from what its handler returned. */
export function answerOf(reply: Reply, result: unknown, collectionBody: CollectionBody): Answer {
  switch (reply.kind) {
    case 'empty':
      return { status: reply.status, body: undefined, contentType: undefined, location: placeOf(reply, result) }
    case 'text':
      return { status: 200, body: String(result), contentType: reply.contentType, location: undefined }
    case 'ndjson': {
      const lines = result as AsyncIterable<unknown>
      return { status: 200, body: undefined, contentType: NDJSON_TYPE, location: undefined, lines }
    }
    case 'events': {
      const events = result as EventSource
      return { status: 200, body: undefined, contentType: EVENT_STREAM_TYPE, location: undefined, events }
    }
    case 'bytes':
      if (!(result instanceof ByteContent)) return jsonAnswer(200, result)
      return { status: 200, body: undefined, contentType: undefined, location: undefined, bytes: result }
    case 'collection':
      return jsonAnswer(200, collectionBody(result as Collection))
    case 'json': {
      if (!reply.location) return jsonAnswer(reply.status, result)
      const { body, location } = result as Created<unknown>
      return { ...jsonAnswer(reply.status, body), location }
    }
  }
}

function placeOf(reply: Extract<Reply, { kind: 'empty' }>, result: unknown): string | undefined {
  return reply.location ? (result as Created<unknown>).location : undefined
}

function jsonAnswer(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body), contentType: JSON_TYPE, location: undefined }
}
