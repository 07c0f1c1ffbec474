import type { ReportedFault } from './reported-fault.ts'

/** Why a fault is gone: its test passed, it aged, failures stayed too few, a client cleared it, or it made room. */
export type ClearReason = 'passed' | 'aged' | 'glitch' | 'cleared' | 'evicted'

/** A client that cleared faults. */
export interface Clearer {
  readonly subject: string
  /** The tenant it belongs to, if that is kept apart: its names are not for others. */
  readonly tenant?: string
}

/** What happened to a reported fault, with its state after that, or its last. */
export type FaultEvent =
  | { readonly kind: 'raised'; readonly fault: ReportedFault }
  | { readonly kind: 'changed'; readonly fault: ReportedFault; readonly before: ReportedFault }
  | { readonly kind: 'cleared'; readonly fault: ReportedFault; readonly reason: ClearReason; readonly by?: Clearer }
