import type { CallContext } from '../ports/call-context.ts'

/** What an entity can forget by itself [17978-3 7.13]. */
export type ClearableData = 'cached-data' | 'learned-data'

/** Forgetting of an entity. Calls reject with `SovdError`. */
export interface ClearDataFacet {
  /** What it can forget. */
  readonly types: readonly ClearableData[]
  /** Resolves when it is forgotten. @param onProgress is told percents, where the source knows them */
  clear(type: ClearableData, onProgress: (percent: number) => void, context: CallContext): Promise<void>
}
