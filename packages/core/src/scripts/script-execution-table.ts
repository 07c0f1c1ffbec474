import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { keyOf } from '../locks/lock.ts'
import type { Script } from './script.ts'
import type { ScriptExecution } from './script-execution.ts'

interface Entry {
  execution: ScriptExecution
  /** Absent while it is not known to be over for good. */
  cancelTimer?: () => void
}

/** Executions of scripts: those that are over can be read for a while, and make room for new ones. */
export class ScriptExecutionTable {
  readonly #entries = new Map<string, Entry>()
  readonly #clock: Clock
  readonly #max: number
  readonly #retainMs: number

  constructor(clock: Clock, max: number, retainMs: number) {
    this.#clock = clock
    this.#max = max
    this.#retainMs = retainMs
  }

  /** @throws SovdError `too-many-requests` when there are as many as may be, and none is over */
  requireRoom(): void {
    if (this.#entries.size < this.#max) return
    const [over] = [...this.#entries].find(([, { cancelTimer }]) => cancelTimer) ?? []
    if (over !== undefined) {
      this.delete(over)
      return
    }
    throw new SovdError('too-many-requests', `there are ${this.#max} executions of scripts`, { retryAfterSeconds: 5 })
  }

  put(execution: ScriptExecution): void {
    const entry = this.#entries.get(execution.id)
    if (entry) entry.execution = execution
    else this.#entries.set(execution.id, { execution })
  }

  /** It is over for good. */
  retire(id: string): void {
    const entry = this.#entries.get(id)
    if (entry && !entry.cancelTimer) {
      entry.cancelTimer = this.#clock.after(this.#retainMs, () => this.#entries.delete(id))
    }
  }

  delete(id: string): void {
    this.#entries.get(id)?.cancelTimer?.()
    this.#entries.delete(id)
  }

  find(id: string): ScriptExecution | undefined {
    return this.#entries.get(id)?.execution
  }

  /** Of one script, newest first. */
  list(script: Script): readonly ScriptExecution[] {
    const all = [...this.#entries.values()].map(({ execution }) => execution)
    return all.filter((execution) => isOf(execution, script)).reverse()
  }

  [Symbol.dispose](): void {
    for (const id of [...this.#entries.keys()]) this.delete(id)
  }
}

export function isOf({ scriptId, entity }: ScriptExecution, script: Script): boolean {
  return scriptId === script.id && keyOf(entity) === keyOf(script.entity)
}
