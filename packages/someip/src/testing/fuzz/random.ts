/** Numbers that look random and follow from a seed, so that every case can be made again. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 32 bits (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** From 0 to below `end`. */
  below(end: number): number {
    return end <= 0 ? 0 : this.next() % end
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at++) bytes[at] = this.next()
    return bytes
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0]
  }

  /** The bytes with a few changes, as a faulty or hostile sender would make: values, cuts, repetitions. */
  mutate(original: Uint8Array): Uint8Array {
    let bytes: Uint8Array = original.slice()
    for (let change = this.below(4); change > 0; change--) bytes = this.#change(bytes)
    return bytes
  }

  #change(bytes: Uint8Array): Uint8Array {
    const at = this.below(bytes.length)
    switch (this.below(5)) {
      case 0:
        bytes[at] = this.pick([0, 1, 0x7f, 0x80, 0xff, this.next()])
        return bytes
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << this.below(8))
        return bytes
      case 2:
        return bytes.slice(0, at)
      case 3: {
        const end = at + this.below(32)
        return Uint8Array.from([...bytes.subarray(0, end), ...bytes.subarray(at)])
      }
      default:
        return Uint8Array.from([...bytes.subarray(0, at), ...this.bytes(this.below(12)), ...bytes.subarray(at)])
    }
  }
}
