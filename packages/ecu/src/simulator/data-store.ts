import type { Clock, Json } from '@opensovd/base'
import type { DataDescription } from '../description/schema/ecu.ts'
import { decodeValue, encodeValue, sizeOf } from '../encoding/value.ts'
import { type ValueSource, valueSource } from './value-source.ts'

interface Datum {
  readonly item: DataDescription
  readonly source: ValueSource | undefined
  /** What was written lasts until something else is written. */
  written: Uint8Array | undefined
  /** Bytes that a tester has taken over, by their position. */
  readonly controlled: Map<number, number>
}

/** The values of an ECU's data: simulated, until they are written or taken over. */
export class DataStore {
  readonly #clock: Clock
  readonly #startedMs: number
  readonly #data = new Map<string, Datum>()
  readonly #ids = new Map<number, string>()

  constructor(
    clock: Clock,
    items: readonly DataDescription[],
    values: Readonly<Record<string, unknown>>,
    random: () => number,
  ) {
    this.#clock = clock
    this.#startedMs = clock.monotonic()
    for (const item of items) {
      const value = values[item.id]
      const source = value === undefined ? undefined : valueSource(value, random)
      this.#data.set(item.id, { item, source, written: undefined, controlled: new Map() })
      this.#ids.set(item.did, item.id)
    }
  }

  find(did: number): DataDescription | undefined {
    return this.#data.get(this.#ids.get(did) ?? '')?.item
  }

  isSimulated(id: string): boolean {
    const { source, written } = this.#datum(id)
    return source !== undefined || written !== undefined
  }

  /** The bytes at this moment; zeros where the description gives no value. */
  bytes(id: string): Uint8Array {
    const datum = this.#datum(id)
    const bytes = datum.written?.slice() ?? this.#simulated(datum, this.#clock.monotonic() - this.#startedMs)
    for (const [at, byte] of datum.controlled) bytes[at] = byte
    return bytes
  }

  /** The physical value at this moment. */
  value(id: string): Json | undefined {
    const decoded = decodeValue(this.#datum(id).item.encoding, this.bytes(id))
    return 'value' in decoded ? decoded.value : undefined
  }

  /**
   * Sets a value for good.
   * @throws EncodingError when it has no bytes; TypeError for an unknown id
   */
  set(id: string, value: unknown): void {
    const datum = this.#datum(id)
    datum.written = encodeValue(datum.item.encoding, value)
  }

  write(id: string, bytes: Uint8Array): void {
    this.#datum(id).written = bytes.slice()
  }

  /** Holds these bytes, at these positions, until `release`. */
  control(id: string, bytes: Uint8Array, positions: Iterable<number>): void {
    const { controlled } = this.#datum(id)
    for (const at of positions) controlled.set(at, bytes[at] ?? 0)
  }

  release(id: string, positions: Iterable<number>): void {
    const { controlled } = this.#datum(id)
    for (const at of positions) controlled.delete(at)
  }

  releaseAll(): void {
    for (const { controlled } of this.#data.values()) controlled.clear()
  }

  /** What the value is when nothing has changed it. */
  defaultBytes(id: string): Uint8Array {
    return this.#simulated(this.#datum(id), 0)
  }

  #simulated({ item, source }: Datum, elapsedMs: number): Uint8Array {
    return source ? encodeValue(item.encoding, source(elapsedMs)) : new Uint8Array(sizeOf(item.encoding) ?? 0)
  }

  #datum(id: string): Datum {
    const datum = this.#data.get(id)
    if (!datum) throw new TypeError(`there is no datum ${id}`)
    return datum
  }
}
