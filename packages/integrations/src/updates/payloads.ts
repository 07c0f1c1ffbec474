import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '@opensovd/base'
import type { UpdateTools } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { receiveFile } from '../files/received-file.ts'
import type { ManifestPart } from './manifest.ts'

/**
 * Copies what a part installs to `target`, and sees to it that it is what the manifest says.
 * @param folder of the package
 * @throws SovdError `conflict` for what is other than it should be
 */
export async function stagePayload(
  part: ManifestPart,
  folder: string,
  target: string,
  { tools, onProgress, signal }: { tools: UpdateTools; onProgress: (percent: number) => void; signal: AbortSignal },
): Promise<void> {
  const { component, payload } = part
  const hash = createHash('sha256')
  const admit = (bytes: Uint8Array, before: number) => {
    const size = before + bytes.length
    if (size > payload.size) throw wrong(component, `it has more bytes, not ${payload.size}`)
    hash.update(bytes)
    onProgress((100 * size) / Math.max(1, payload.size))
  }
  let size: number
  try {
    size = await receiveFile(target, contentOf(part, folder, tools, signal), admit, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof SovdError) throw error
    throw new SovdError('conflict', `the file for '${component}' cannot be read: ${messageOf(error)}`, { cause: error })
  }
  if (size !== payload.size) throw wrong(component, `it has ${size} bytes, not ${payload.size}`)
  if (hash.digest('hex') !== payload.sha256) throw wrong(component, 'its SHA-256 is another')
}

function contentOf(
  { component, payload }: ManifestPart,
  folder: string,
  tools: UpdateTools,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { file, bulk_data } = payload
  if (bulk_data) {
    return tools.readFile({ componentId: component, category: bulk_data.category, fileId: bulk_data.id }, signal)
  }
  return createReadStream(join(folder, file ?? ''))
}

function wrong(component: string, why: string): SovdError {
  return new SovdError('conflict', `the file for '${component}' is not what the manifest says: ${why}`)
}
