/**
 * The last values of the fields that an application follows, for subscribers that come later. It remembers only events
 * that it was told are fields, so that nobody else decides how many there are.
 */
export class FieldCache {
  readonly #values = new Map<number, Uint8Array | undefined>()

  /** Begins to remember an event; one that is remembered keeps its value. */
  follow(eventId: number): void {
    if (!this.#values.has(eventId)) this.#values.set(eventId, undefined)
  }

  /** Takes a value, which must not be changed afterwards. */
  store(eventId: number, value: Uint8Array): void {
    if (this.#values.has(eventId)) this.#values.set(eventId, value)
  }

  get(eventId: number): Uint8Array | undefined {
    return this.#values.get(eventId)
  }

  /** Forgets all values: those of a service that went away are not current. */
  clear(): void {
    for (const eventId of this.#values.keys()) this.#values.set(eventId, undefined)
  }
}
