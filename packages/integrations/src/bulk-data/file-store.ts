import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Clock, Logger } from '@opensovd/base'
import type { BulkDataFacet, BulkDataItem, BulkDataStore, BulkDataUpload, EntityRef } from '@opensovd/core'
import { type ByteRange, SovdError } from '@opensovd/sovd'
import { receiveUpload, storeError } from '../files/received-file.ts'
import { StoreFolder } from './store-folder.ts'
import { type StoredFile, StoredFiles } from './stored-files.ts'

export interface FileStoreOptions {
  /** A folder of its own; made when it is not there. */
  readonly path: string
  /** Of all files together; the same bytes count once. */
  readonly quotaBytes: number
  readonly maxFileBytes: number
  /** What entities keep files of [17978-3 7.20]. */
  readonly categories: readonly string[]
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
}

/** Files of entities in a folder, by what is in them: the same bytes are kept once. */
export class FileStore implements BulkDataStore {
  readonly #options: FileStoreOptions
  readonly #folder: StoreFolder
  readonly #files: StoredFiles
  /** Bytes of uploads that are not over. */
  #arriving = 0
  #last: Promise<void> = Promise.resolve()

  private constructor(options: FileStoreOptions, folder: StoreFolder, files: StoredFiles) {
    this.#options = options
    this.#folder = folder
    this.#files = files
  }

  /**
   * Opens a store, without what uploads left behind that were cut off by the end of the program.
   * @throws AppError `store-unusable` when the folder cannot be used
   */
  static async open(options: FileStoreOptions): Promise<FileStore> {
    const folder = await StoreFolder.open(options.path)
    const files = new StoredFiles()
    for (const file of await folder.readRecords((message) => options.log.warn(message))) files.add(file)
    await folder.removeUnused((sha256) => files.uses(sha256))
    return new FileStore(options, folder, files)
  }

  /** Bytes that are kept. */
  get usedBytes(): number {
    return this.#files.bytes
  }

  of(entity: EntityRef): BulkDataFacet {
    return {
      categories: async () => this.#options.categories,
      list: async (category) => this.#files.list(entity, this.#known(category)).map(itemOf),
      find: async (category, id) => itemOf(this.#find(entity, category, id)),
      content: (category, id, range) => this.#content(this.#find(entity, category, id), range),
      upload: async (category, upload, { signal }) => {
        return itemOf(await this.#upload(entity, this.#known(category), upload, signal))
      },
      delete: async (category, id) => {
        await this.#inTurn(() => this.#remove(this.#find(entity, category, id)))
      },
    }
  }

  #known(category: string): string {
    if (this.#options.categories.includes(category)) return category
    throw new SovdError('not-found', `there is no category '${category}'`, { target: category })
  }

  #find(entity: EntityRef, category: string, id: string): StoredFile {
    const file = this.#files.find(entity, this.#known(category), id)
    if (file) return file
    throw new SovdError('not-found', `there is no file '${id}' in '${category}'`, { target: id })
  }

  #content({ sha256 }: StoredFile, range: ByteRange | undefined): AsyncIterable<Uint8Array> {
    const part = range ? { start: range.start, end: range.end - 1 } : {}
    return createReadStream(this.#folder.blob(sha256), part)
  }

  async #upload(entity: EntityRef, category: string, upload: BulkDataUpload, signal: AbortSignal): Promise<StoredFile> {
    if (upload.size !== undefined) this.#requireRoom(upload.size, 0)
    const id = this.#options.createId()
    const path = this.#folder.upload(id)
    try {
      const { size, sha256 } = await this.#receive(path, upload, signal)
      const time = new Date(this.#options.clock.now()).toISOString()
      const file: StoredFile = {
        id,
        entity: { kind: entity.kind, id: entity.id },
        category,
        mimeType: upload.mimeType,
        ...(upload.name === undefined ? {} : { name: upload.name }),
        size,
        sha256,
        createdAt: time,
      }
      await this.#inTurn(() => this.#keep(path, file))
      return file
    } catch (error) {
      await rm(path, { force: true })
      throw storeError('the file', error)
    }
  }

  async #keep(path: string, file: StoredFile): Promise<void> {
    await rename(path, this.#folder.blob(file.sha256))
    await this.#folder.writeRecord(file)
    this.#files.add(file)
  }

  async #remove(file: StoredFile): Promise<void> {
    await this.#folder.removeRecord(file.id)
    this.#files.remove(file)
    if (!this.#files.uses(file.sha256)) await rm(this.#folder.blob(file.sha256), { force: true })
  }

  /** One change of the folder after the other: files may share their bytes. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(change)
    this.#last = turn.catch(() => {})
    return turn
  }

  /** Writes what arrives, and sees to it that it is neither too much nor other than announced. */
  async #receive(path: string, upload: BulkDataUpload, signal: AbortSignal) {
    const hash = createHash('sha256')
    let arrived = 0
    const admit = (bytes: Uint8Array) => {
      this.#requireRoom(bytes.length, arrived)
      arrived += bytes.length
      this.#arriving += bytes.length
      hash.update(bytes)
    }
    try {
      const size = await receiveUpload(path, upload, admit, signal)
      return { size, sha256: hash.digest('hex') }
    } finally {
      this.#arriving -= arrived
    }
  }

  #requireRoom(more: number, sofar: number): void {
    const { maxFileBytes, quotaBytes } = this.#options
    if (sofar + more > maxFileBytes)
      throw new SovdError('content-too-large', `a file has ${maxFileBytes} bytes at most`)
    const left = quotaBytes - this.#files.bytes - this.#arriving
    if (more > left) throw new SovdError('content-too-large', `there is room for ${Math.max(0, left)} bytes only`)
  }
}

function itemOf({ id, mimeType, name, size, createdAt, sha256 }: StoredFile): BulkDataItem {
  return {
    id,
    mimeType,
    ...(name === undefined ? {} : { name }),
    size,
    createdAt,
    modifiedAt: createdAt,
    hash: { algorithm: 'SHA-256', value: sha256 },
  }
}
