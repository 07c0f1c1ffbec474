import { Readable } from 'node:stream'
import type { ByteContent, ByteContentOptions, ByteRange } from '@opensovd/sovd'
import { create } from 'content-disposition'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { rangeOf } from './byte-range.ts'
import { matchesWeakly, quotedTag } from './etag.ts'
import type { LineTimer } from './stream.ts'

/**
 * Sends content, or the part of it that the request asks for [RFC 9110 13, 14]. Time counts while bytes are fetched,
 * not while nobody reads.
 * @throws SovdError `range-not-satisfiable`
 */
export function sendBytes(
  { options }: ByteContent,
  request: FastifyRequest,
  reply: FastifyReply,
  timer: LineTimer,
): FastifyReply {
  const { size, tag, contentType } = options
  describe(options, reply)
  const known = request.headers['if-none-match']
  if (tag !== undefined && known !== undefined && matchesWeakly(known, quotedTag(tag))) return reply.code(304).send()
  const range = size === undefined ? undefined : wantedRange(options, size, request, reply)
  reply.header('content-type', contentType)
  const length = range ? range.end - range.start : size
  if (length !== undefined) reply.header('content-length', length)
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${size}`)
  if (request.method === 'HEAD') return reply.send()
  return reply.send(Readable.from(timed(options.open(range), timer), { objectMode: false }))
}

function describe({ size, tag, sha256, modifiedAt, fileName }: ByteContentOptions, reply: FastifyReply): void {
  if (size !== undefined) reply.header('accept-ranges', 'bytes')
  if (tag !== undefined) reply.header('etag', quotedTag(tag))
  if (sha256 !== undefined) reply.header('repr-digest', `sha-256=:${sha256}:`)
  if (modifiedAt !== undefined) reply.header('last-modified', new Date(modifiedAt).toUTCString())
  if (fileName !== undefined) reply.header('content-disposition', create(fileName))
}

function wantedRange(
  { tag }: ByteContentOptions,
  size: number,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): ByteRange | undefined {
  const { range } = headers
  const condition = headers['if-range']
  const isStale = condition !== undefined && (tag === undefined || condition !== quotedTag(tag))
  if (range === undefined || isStale) return undefined
  try {
    return rangeOf(range, size)
  } catch (error) {
    reply.header('content-range', `bytes */${size}`)
    throw error
  }
}

async function* timed(content: AsyncIterable<Uint8Array>, timer: LineTimer): AsyncGenerator<Uint8Array> {
  timer.startTime()
  for await (const bytes of content) {
    timer.stopTime()
    yield bytes
    timer.startTime()
  }
  timer.stopTime()
}
