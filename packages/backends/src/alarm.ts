import type { Clock } from '@opensovd/base'

/** A pause that can be cut short. */
export class Alarm {
  #rung = false
  #wake = () => {}

  /** Ends the pause that is, or else the next one, as soon as its shortest time is over. */
  ring(): void {
    this.#rung = true
    this.#wake()
  }

  /** Resolves after `ms`, or after `shortestMs` if the alarm rings. Rejects with the signal's reason. */
  async pause(clock: Clock, shortestMs: number, ms: number, signal: AbortSignal): Promise<void> {
    await clock.sleep(Math.min(shortestMs, ms), signal)
    if (!this.#rung) await this.#doze(clock, ms - shortestMs, signal)
    this.#rung = false
    signal.throwIfAborted()
  }

  #doze(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel()
        signal.removeEventListener('abort', end)
        this.#wake = () => {}
        resolve()
      }
      const cancel = clock.after(ms, end)
      signal.addEventListener('abort', end)
      this.#wake = end
      if (signal.aborted) end()
    })
  }
}
