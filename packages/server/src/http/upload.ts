import { Readable } from 'node:stream'
import { SovdError, Upload } from '@opensovd/sovd'
import type { FastifyRequest } from 'fastify'
import type { LineTimer } from './stream.ts'

/** What a request brings, before anything of it is read. */
export function uploadOf(request: FastifyRequest, content: Readable = Readable.from([])): Upload {
  const { headers } = request
  const length = headers['content-length']
  const disposition = headers['content-disposition']
  return new Upload({
    contentType: headers['content-type'] ?? '',
    ...(length === undefined ? {} : { contentLength: Number(length) }),
    ...(disposition === undefined ? {} : { disposition }),
    content,
  })
}

/** The upload as a handler reads it: a client that stops sending for too long loses it, one that sends does not. */
export function timedUpload({ options }: Upload, timer: LineTimer): Upload {
  return new Upload({ ...options, content: arriving(options.content, timer) })
}

async function* arriving(content: AsyncIterable<Uint8Array>, timer: LineTimer): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of content) {
      timer.startTime()
      yield bytes
    }
  } catch (error) {
    throw new SovdError('invalid-request', 'the body ended before all of it had come', { target: 'body', cause: error })
  }
}
