/**
 * The last notifications of the fields that an application follows, for subscribers that come later. It remembers only
 * events that it was told are fields, so that nobody else decides how many there are.
 */
export class FieldCache<T extends { readonly eventId: number }> {
  readonly #values = new Map<number, T | undefined>()

  /** Begins to remember an event; one that is remembered keeps its value. */
  follow(eventId: number): void {
    if (!this.#values.has(eventId)) this.#values.set(eventId, undefined)
  }

  store(value: T): void {
    if (this.#values.has(value.eventId)) this.#values.set(value.eventId, value)
  }

  /** What is known now. */
  *values(): Generator<T> {
    for (const value of this.#values.values()) if (value !== undefined) yield value
  }

  /** Forgets all values: those of a service that went away are not current. */
  clear(): void {
    for (const eventId of this.#values.keys()) this.#values.set(eventId, undefined)
  }
}
