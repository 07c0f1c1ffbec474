import { type Access, type MemoryRange, NRC, ServiceRefusal } from '@opensovd/uds'
import type { MemoryDescription } from '../description/schema/ecu.ts'
import type { AccessOf } from './access.ts'

const PAGE_BYTES = 0x10000
const ERASED = 0xff

export interface Region {
  readonly description: MemoryDescription
  readonly read: Access | undefined
  readonly write: Access | undefined
  readonly download: Access | undefined
  readonly upload: Access | undefined
}
export type MemoryUse = 'read' | 'write' | 'download' | 'upload'

/** The memory of an ECU. Pages take room when they are written. */
export class MemoryMap {
  readonly #regions: readonly Region[]
  /** At most as many as the described regions have. */
  readonly #pages = new Map<number, Uint8Array>()

  constructor(regions: readonly MemoryDescription[], resolve: AccessOf) {
    this.#regions = regions.map((description) => ({
      description,
      read: description.read && resolve(description.read),
      write: description.write && resolve(description.write),
      download: description.download && resolve(description.download),
      upload: description.upload && resolve(description.upload),
    }))
  }

  get flash(): readonly MemoryDescription[] {
    return this.#regions.map(({ description }) => description).filter(({ flash }) => flash)
  }

  has(use: MemoryUse): boolean {
    return this.#regions.some((region) => region[use])
  }

  /** The sessions without which no region can be used; any session where one region needs none. */
  sessionsFor(...uses: readonly MemoryUse[]): Access {
    const needed = this.#regions.flatMap((region) => uses.flatMap((use) => region[use] ?? []))
    if (needed.some(({ sessions }) => !sessions)) return {}
    return { sessions: [...new Set(needed.flatMap(({ sessions = [] }) => sessions))] }
  }

  /**
   * The region that a range lies in, and what its use needs.
   * @throws ServiceRefusal when no region has all of it, or not for this use
   */
  region(
    { address, size }: Pick<MemoryRange, 'address' | 'size'>,
    use: MemoryUse,
  ): { description: MemoryDescription; access: Access } {
    const region = this.#regions.find(({ description }) => contains(description, address, size))
    const access = region?.[use]
    if (!region || !access || size === 0) throw new ServiceRefusal(NRC.requestOutOfRange)
    return { description: region.description, access }
  }

  read(address: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size)
    this.#eachPage(address, size, (page, from, at, length) => {
      const stored = this.#pages.get(page)
      if (stored) bytes.set(stored.subarray(from, from + length), at)
      else bytes.fill(this.#blankOf(address), at, at + length)
    })
    return bytes
  }

  write(address: number, bytes: Uint8Array): void {
    this.#eachPage(address, bytes.length, (page, from, at, length) => {
      const stored = this.#pages.get(page) ?? new Uint8Array(PAGE_BYTES).fill(this.#blankOf(address))
      this.#pages.set(page, stored)
      stored.set(bytes.subarray(at, at + length), from)
    })
  }

  erase(address: number, size: number): void {
    this.#eachPage(address, size, (page, from, _at, length) => {
      if (length === PAGE_BYTES) this.#pages.delete(page)
      else this.#pages.get(page)?.fill(ERASED, from, from + length)
    })
  }

  /** Of flash: pages that were never written are erased. */
  isErased(address: number, size: number): boolean {
    let isErased = true
    this.#eachPage(address, size, (page, from, _at, length) => {
      const stored = this.#pages.get(page)?.subarray(from, from + length)
      isErased &&= stored?.every((byte) => byte === ERASED) ?? true
    })
    return isErased
  }

  #blankOf(address: number): number {
    const region = this.#regions.find(({ description }) => contains(description, address, 1))
    return region?.description.flash ? ERASED : 0
  }

  #eachPage(
    address: number,
    size: number,
    visit: (page: number, from: number, at: number, length: number) => void,
  ): void {
    for (let at = 0; at < size; ) {
      const from = (address + at) % PAGE_BYTES
      const length = Math.min(PAGE_BYTES - from, size - at)
      visit(Math.floor((address + at) / PAGE_BYTES), from, at, length)
      at += length
    }
  }
}

function contains(region: MemoryDescription, address: number, size: number): boolean {
  return address >= region.address && address + size <= region.address + region.size
}
