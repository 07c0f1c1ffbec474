import type { ByteRange } from '@opensovd/sovd'
import type { CallContext } from '../ports/call-context.ts'

/** One file of a category [17978-3 7.20]. */
export interface BulkDataItem {
  readonly id: string
  readonly mimeType: string
  readonly name?: string
  /** Bytes. */
  readonly size?: number
  /** RFC 3339. */
  readonly createdAt?: string
  readonly modifiedAt?: string
  readonly hash?: { readonly algorithm: string; readonly value: string }
  readonly tags?: readonly string[]
}

export interface BulkDataUpload {
  readonly name?: string
  readonly mimeType: string
  /** What the sender says; the content must have just that many bytes. */
  readonly size?: number
  readonly content: AsyncIterable<Uint8Array>
}

/** Files of an entity by category. Calls reject with `SovdError`. */
export interface BulkDataFacet {
  categories(context: CallContext): Promise<readonly string[]>
  list(category: string, context: CallContext): Promise<readonly BulkDataItem[]>
  /** @throws SovdError `not-found` */
  find(category: string, id: string, context: CallContext): Promise<BulkDataItem>
  /** The bytes as they come; the caller may stop reading at any time. */
  content(category: string, id: string, range: ByteRange | undefined, context: CallContext): AsyncIterable<Uint8Array>
  /** Resolves to the new file once all of it is kept; nothing stays of one that fails. */
  upload?(category: string, upload: BulkDataUpload, context: CallContext): Promise<BulkDataItem>
  delete?(category: string, id: string, context: CallContext): Promise<void>
}
