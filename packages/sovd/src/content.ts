/** Half-open range of bytes. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface ByteContentOptions {
  readonly contentType: string
  /** Bytes in all, where that is known: then ranges of it can be asked for. */
  readonly size?: number
  /** The same for the same bytes, and only for them: becomes the entity tag. */
  readonly tag?: string
  /** Base64 of the SHA-256 of the bytes; becomes `Repr-Digest` [RFC 9530 3]. */
  readonly sha256?: string
  /** RFC 3339. */
  readonly modifiedAt?: string
  /** What a client may call the file. */
  readonly fileName?: string
  /** The bytes as they come; the reader may stop at any time. */
  readonly open: (range?: ByteRange) => AsyncIterable<Uint8Array>
}

/** What a route answers that is not JSON. */
export class ByteContent {
  readonly options: ByteContentOptions

  constructor(options: ByteContentOptions) {
    this.options = options
  }
}

export interface UploadOptions {
  /** Header `Content-Type` as sent; empty if absent. */
  readonly contentType: string
  /** Header `Content-Length`: the content has as many bytes, or fails. */
  readonly contentLength?: number
  /** Header `Content-Disposition` as sent. */
  readonly disposition?: string
  readonly content: AsyncIterable<Uint8Array>
}

/** What a request brings that is not JSON. Its content can be read once, and fails when the client goes away. */
export class Upload {
  readonly options: UploadOptions

  constructor(options: UploadOptions) {
    this.options = options
  }
}
