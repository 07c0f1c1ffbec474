import { Readable } from 'node:stream'
import type { BusboyFileStream, BusboyInstance } from '@fastify/busboy'
import { messageOf } from '@opensovd/base'
import type { BulkDataUpload } from '@opensovd/core'
import { SovdError, type Upload } from '@opensovd/sovd'
import { parse } from 'content-disposition'

/** A file name longer than this is none. */
const MAX_NAME = 255

/**
 * The file that a request brings: its body, or the first file of a form [17978-3 7.20]. The handler must read it, and
 * the rest of the form is read after it.
 * @throws SovdError `unsupported-media-type`, or `invalid-request` for headers that make no sense
 */
export async function uploadedFile({ options }: Upload): Promise<BulkDataUpload> {
  const { contentType, contentLength, disposition, content } = options
  const [mediaType = ''] = contentType.split(';')
  if (mediaType.trim().toLowerCase() === 'multipart/form-data') return fileOfForm(contentType, content)
  if (mediaType.trim() === '') throw new SovdError('invalid-request', 'Content-Type is required', { target: 'body' })
  const name = disposition === undefined ? undefined : nameOf(disposition)
  return {
    mimeType: mediaType.trim(),
    ...(name === undefined ? {} : { name }),
    ...(contentLength === undefined ? {} : { size: contentLength }),
    content,
  }
}

function nameOf(disposition: string): string | undefined {
  try {
    return baseName(parse(disposition).parameters.filename)
  } catch (error) {
    throw new SovdError('invalid-request', 'Content-Disposition makes no sense', { target: 'header', cause: error })
  }
}

/** Without the folders that it had where it comes from. */
function baseName(name: string | undefined): string | undefined {
  const base = name?.split(/[/\\]/).at(-1)?.slice(0, MAX_NAME)
  return base === '' ? undefined : base
}

async function fileOfForm(contentType: string, content: AsyncIterable<Uint8Array>): Promise<BulkDataUpload> {
  const form = await openForm(contentType)
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => reject(unreadable(error))
    const body = Readable.from(content)
    let opened: BusboyFileStream | undefined
    const fail = (error: Error) => {
      refuse(error)
      opened?.destroy(error)
    }
    form.on('file', (_field, file, name, _encoding, mimeType) => {
      opened = file
      // Whoever reads the file hears of it, also later.
      file.on('error', () => {})
      const fileName = baseName(name)
      resolve({ mimeType, ...(fileName === undefined ? {} : { name: fileName }), content: fileOf(file) })
    })
    form.once('finish', () => refuse(new SovdError('invalid-request', 'the form has no file', { target: 'body' })))
    form.on('error', fail)
    body.on('error', fail)
    body.pipe(form)
  })
}

/** The parser is loaded for the first form that comes. */
async function openForm(contentType: string): Promise<BusboyInstance> {
  const { Busboy } = await import('@fastify/busboy')
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { files: 1, fields: 16, fieldSize: 64 * 1024 },
    })
  } catch (error) {
    throw new SovdError('unsupported-media-type', 'multipart/form-data needs a boundary', { cause: error })
  }
}

async function* fileOf(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* file
  } catch (error) {
    throw unreadable(error)
  }
}

function unreadable(error: unknown): SovdError {
  if (error instanceof SovdError) return error
  return new SovdError('invalid-request', `the form cannot be read: ${messageOf(error)}`, {
    target: 'body',
    cause: error,
  })
}
