import type { NoRoom } from './fault-store.ts'

/** Why a report was not taken. */
export interface Refusal {
  readonly code: 'too-many-reports' | NoRoom
  readonly message: string
  /** With `too-many-reports`: when the next one will be taken. */
  readonly retryAfterMs?: number
}

export function refusalForRate(source: string, perSecond: number, retryAfterMs: number): Refusal {
  const message = `too many reports from '${source}': at most ${perSecond} a second are taken`
  return { code: 'too-many-reports', message, retryAfterMs }
}

export function refusalForRoom(code: NoRoom, componentId: string): Refusal {
  const message =
    code === 'too-many-components'
      ? `no room for faults of '${componentId}': too many other components have some`
      : `no room for another fault of '${componentId}': none that is there is passive`
  return { code, message }
}
