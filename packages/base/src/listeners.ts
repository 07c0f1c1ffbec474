/** A set of callbacks. A callback that throws does not keep the others from being called; its error goes to `onFailure`. */
export class Listeners<T> {
  readonly #callbacks = new Set<(value: T) => void>()
  readonly #onFailure: (error: unknown) => void

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure
  }

  /** Returns a function that removes the callback. */
  add(callback: (value: T) => void): () => void {
    this.#callbacks.add(callback)
    return () => this.#callbacks.delete(callback)
  }

  notify(value: T): void {
    for (const callback of this.#callbacks) {
      try {
        callback(value)
      } catch (error) {
        this.#onFailure(error)
      }
    }
  }
}
