import { fromHex } from '@opensovd/base/bytes'
import { UsageError } from './tool.ts'

/** The longest message of a diagnostic request in ISO 13400-2: 4 GiB; nobody types more than this. */
const MAX_BYTES = 0xffff

/**
 * Reads requests as people write them: `22f190`, `0x22F190`, `22 f1 90`, `22:f1:90`.
 * @throws UsageError naming the one that is none
 */
export function parseRequests(texts: readonly string[]): readonly Uint8Array[] {
  return texts.map((text) => {
    const bytes = bytesOf(text)
    if (bytes.length === 0) throw new UsageError('a request needs at least one byte')
    if (bytes.length > MAX_BYTES) throw new UsageError(`a request of ${bytes.length} bytes, at most ${MAX_BYTES}`)
    return bytes
  })
}

function bytesOf(text: string): Uint8Array {
  try {
    return fromHex(text.replaceAll(':', ' '))
  } catch (error) {
    throw new UsageError(`expected a request in hex digits: ${error instanceof Error ? error.message : text}`)
  }
}
