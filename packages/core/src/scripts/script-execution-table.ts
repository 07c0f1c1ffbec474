import type { Clock } from '@opensovd/base'
import { type Temporary, TemporaryResources } from '../data/temporary-resources.ts'
import { keyOf } from '../locks/lock.ts'
import type { Script } from './script.ts'
import type { ScriptExecution } from './script-execution.ts'

interface Kept extends Temporary {
  /** As it is now. */
  execution: ScriptExecution
}

/** Executions of scripts: those that are over for good can be read for a while, and make room for new ones. */
export class ScriptExecutionTable {
  readonly #all: TemporaryResources<Kept>

  constructor(clock: Clock, max: number, retainMs: number) {
    this.#all = new TemporaryResources({
      clock,
      what: 'script execution',
      max,
      retainMs,
      whenFull: 'too-many-requests',
    })
  }

  /** @throws SovdError `too-many-requests` when there are as many as may be, and none is over */
  requireRoom(): void {
    this.#all.requireRoom()
  }

  put(execution: ScriptExecution): void {
    const { id, entity } = execution
    const kept = this.#all.find(id)
    if (kept) kept.execution = execution
    else this.#all.add({ id, entity, execution, onOver: () => {} })
  }

  /** It is over for good. */
  retire(id: string): void {
    this.#all.finish(id)
  }

  delete(id: string): void {
    this.#all.remove(id)
  }

  find(id: string): ScriptExecution | undefined {
    return this.#all.find(id)?.execution
  }

  /** Of one script, newest first. */
  list(script: Script): readonly ScriptExecution[] {
    const all = this.#all.list(script.entity).map(({ execution }) => execution)
    return all.filter((execution) => isOf(execution, script)).reverse()
  }

  [Symbol.dispose](): void {
    this.#all[Symbol.dispose]()
  }
}

export function isOf({ scriptId, entity }: ScriptExecution, script: Script): boolean {
  return scriptId === script.id && keyOf(entity) === keyOf(script.entity)
}
