import { open } from 'node:fs/promises'
import { messageOf } from '@opensovd/base'
import type { BulkDataUpload } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

/**
 * Writes what arrives to a file, so that it lasts; returns how long it is.
 * @param admit is told of each part before it is written, and of the bytes before it; what it throws ends the file there
 */
export async function receiveFile(
  path: string,
  content: AsyncIterable<Uint8Array>,
  admit: (part: Uint8Array, before: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const handle = await open(path, 'w', 0o600)
  let size = 0
  try {
    for await (const part of content) {
      signal.throwIfAborted()
      admit(part, size)
      size += part.length
      await handle.writeFile(part)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return size
}

/** As `receiveFile`. @throws SovdError `invalid-request` for another length than was announced */
export async function receiveUpload(
  path: string,
  { content, size: announced }: BulkDataUpload,
  admit: (part: Uint8Array, before: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const size = await receiveFile(path, content, admit, signal)
  if (announced === undefined || announced === size) return size
  throw new SovdError('invalid-request', `${announced} bytes were announced, ${size} came`, { target: 'body' })
}

/** What a client is told when the file system refuses; other errors as they are. */
export function storeError(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  return new SovdError('unavailable', `${what} cannot be kept: ${messageOf(error)}`, { cause: error })
}
