import type { EntityRef } from '@opensovd/core'

/** What is known of a file beside its bytes. */
export interface StoredFile {
  readonly id: string
  readonly entity: EntityRef
  readonly category: string
  readonly mimeType: string
  readonly name?: string
  readonly size: number
  /** Hexadecimal, of its bytes. */
  readonly sha256: string
  /** RFC 3339. */
  readonly createdAt: string
}

/** Which files there are, and which bytes they share. */
export class StoredFiles {
  readonly #byPlace = new Map<string, Map<string, StoredFile>>()
  readonly #users = new Map<string, { count: number; readonly size: number }>()
  #bytes = 0

  /** Of all files; the same bytes count once. */
  get bytes(): number {
    return this.#bytes
  }

  add(file: StoredFile): void {
    const place = placeOf(file.entity, file.category)
    const files = this.#byPlace.get(place) ?? new Map<string, StoredFile>()
    this.#byPlace.set(place, files.set(file.id, file))
    const users = this.#users.get(file.sha256)
    if (users) users.count++
    else {
      this.#users.set(file.sha256, { count: 1, size: file.size })
      this.#bytes += file.size
    }
  }

  remove(file: StoredFile): void {
    const place = placeOf(file.entity, file.category)
    const files = this.#byPlace.get(place)
    if (!files?.delete(file.id)) return
    if (files.size === 0) this.#byPlace.delete(place)
    const users = this.#users.get(file.sha256)
    if (!users || --users.count > 0) return
    this.#users.delete(file.sha256)
    this.#bytes -= users.size
  }

  /** Whether a file has these bytes. */
  uses(sha256: string): boolean {
    return this.#users.has(sha256)
  }

  list(entity: EntityRef, category: string): readonly StoredFile[] {
    return [...(this.#byPlace.get(placeOf(entity, category))?.values() ?? [])]
  }

  find(entity: EntityRef, category: string, id: string): StoredFile | undefined {
    return this.#byPlace.get(placeOf(entity, category))?.get(id)
  }
}

function placeOf({ kind, id }: EntityRef, category: string): string {
  return `${kind}/${id}/${category}`
}
