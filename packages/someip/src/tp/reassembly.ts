/** A run of bytes that was received, at its place in the original payload. */
interface Piece {
  readonly at: number
  readonly end: number
  readonly bytes: Uint8Array
}

/** What became of the data of a segment. */
export type Added = 'added' | 'duplicate' | 'contradictory'

/**
 * The segments of one message. They may come in any order; where they overlap, the bytes received first count.
 * Memory is only used for bytes that were received, whatever offsets the segments claim.
 */
export class Reassembly {
  /** Sorted, without overlap. */
  readonly #pieces: Piece[] = []
  #receivedBytes = 0
  /** Length of the payload, known from the last segment. */
  #totalBytes: number | undefined

  get receivedBytes(): number {
    return this.#receivedBytes
  }

  get pieceCount(): number {
    return this.#pieces.length
  }

  get complete(): boolean {
    return this.#receivedBytes === this.#totalBytes
  }

  /** Keeps a copy of the bytes that are new. `contradictory` segments disagree on where the message ends. */
  add(offset: number, data: Uint8Array, more: boolean): Added {
    const end = offset + data.length
    if (!this.#agreesOnEnd(end, more)) return 'contradictory'
    const known = this.#totalBytes !== undefined
    if (!more) this.#totalBytes = end
    const added = this.#insert(offset, end, data)
    return added > 0 || (!more && !known) ? 'added' : 'duplicate'
  }

  /** The whole payload; only for a complete reassembly. */
  join(): Uint8Array {
    const payload = new Uint8Array(this.#receivedBytes)
    for (const piece of this.#pieces) payload.set(piece.bytes, piece.at)
    return payload
  }

  #agreesOnEnd(end: number, more: boolean): boolean {
    if (this.#totalBytes !== undefined) return more ? end <= this.#totalBytes : end === this.#totalBytes
    return more || end >= (this.#pieces.at(-1)?.end ?? 0)
  }

  /** Fills the gaps between `from` and `end`; returns how many bytes were missing there. */
  #insert(from: number, end: number, data: Uint8Array): number {
    let at = from
    let index = this.#firstEndingAfter(from)
    let added = 0
    while (at < end) {
      const next = this.#pieces[index]
      const gapEnd = Math.min(end, next?.at ?? end)
      if (at < gapEnd) {
        const bytes = new Uint8Array(data.subarray(at - from, gapEnd - from))
        this.#pieces.splice(index, 0, { at, end: gapEnd, bytes })
        added += bytes.length
        index++
      }
      if (next === undefined) break
      at = Math.max(gapEnd, next.end)
      index++
    }
    this.#receivedBytes += added
    return added
  }

  /** Index of the first piece that ends after `offset`, found from the end because segments mostly come in order. */
  #firstEndingAfter(offset: number): number {
    if ((this.#pieces.at(-1)?.end ?? 0) <= offset) return this.#pieces.length
    let low = 0
    let high = this.#pieces.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#pieces[middle]?.end ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
