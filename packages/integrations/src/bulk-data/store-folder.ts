import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf } from '@opensovd/base'
import { writeJsonFile } from '../files/json-file.ts'
import type { StoredFile } from './stored-files.ts'

/**
 * The folder of a store: `blobs/` has the bytes by their hash, `records/` what is known of each file, and `uploads/`
 * what is not complete. A record is written after its bytes and goes before them, so that what is recorded is there.
 */
export class StoreFolder {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /** @throws AppError `store-unusable` */
  static async open(path: string): Promise<StoreFolder> {
    try {
      for (const part of ['blobs', 'records']) await mkdir(join(path, part), { recursive: true, mode: 0o700 })
      await rm(join(path, 'uploads'), { recursive: true, force: true })
      await mkdir(join(path, 'uploads'), { mode: 0o700 })
    } catch (error) {
      throw new AppError('store-unusable', `files cannot be kept in ${path}: ${messageOf(error)}`, { cause: error })
    }
    return new StoreFolder(path)
  }

  blob(sha256: string): string {
    return join(this.#path, 'blobs', sha256)
  }

  upload(id: string): string {
    return join(this.#path, 'uploads', id)
  }

  /** What is recorded; `complain` hears of records that cannot be read. */
  async readRecords(complain: (message: string) => void): Promise<readonly StoredFile[]> {
    const blobs = new Set(await readdir(join(this.#path, 'blobs')))
    const files: StoredFile[] = []
    for (const name of (await readdir(join(this.#path, 'records'))).toSorted()) {
      const path = join(this.#path, 'records', name)
      const file = recordOf(await readFile(path, 'utf8'))
      if (!file) complain(`${path} is no record of a file, and is left alone`)
      else if (!blobs.has(file.sha256)) complain(`the bytes of ${path} are gone, and so is the file`)
      else files.push(file)
    }
    return files.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
  }

  /** Removes the bytes that no file has. */
  async removeUnused(isUsed: (sha256: string) => boolean): Promise<void> {
    for (const name of await readdir(join(this.#path, 'blobs'))) {
      if (!isUsed(name)) await rm(this.blob(name), { force: true })
    }
  }

  writeRecord(file: StoredFile): Promise<void> {
    return writeJsonFile(this.#record(file.id), file, this.upload(`${file.id}.json`))
  }

  async removeRecord(id: string): Promise<void> {
    await rm(this.#record(id), { force: true })
  }

  #record(id: string): string {
    return join(this.#path, 'records', `${id}.json`)
  }
}

function recordOf(text: string): StoredFile | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is StoredFile {
  if (typeof value !== 'object' || value === null || !('entity' in value)) return false
  const { entity } = value
  const texts = ['id', 'category', 'mimeType', 'sha256', 'createdAt']
  return (
    texts.every((name) => typeof Reflect.get(value, name) === 'string') &&
    Number.isSafeInteger(Reflect.get(value, 'size')) &&
    typeof entity === 'object' &&
    entity !== null &&
    typeof Reflect.get(entity, 'kind') === 'string' &&
    typeof Reflect.get(entity, 'id') === 'string'
  )
}
