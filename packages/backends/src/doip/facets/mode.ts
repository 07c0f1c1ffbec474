import type { CallContext, ModeGroup } from '@opensovd/core'

/** One mode group: what it is at, and how to change that. */
export interface Mode {
  readonly group: () => ModeGroup
  readonly set: (value: string, context: CallContext) => Promise<void>
}
