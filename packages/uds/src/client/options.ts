/** Times of ISO 14229-2 that a tester keeps. */
export interface UdsTiming {
  /** What ECUs promise for their first answer until they say otherwise in a session: P2. */
  readonly p2Ms: number
  /** What ECUs promise for the answer after "response pending": P2*. */
  readonly p2StarMs: number
  /** What the network between may add to both. */
  readonly marginMs: number
  /** How long an ECU may go on saying "response pending" altogether. */
  readonly pendingLimitMs: number
}

export interface UdsOptions {
  readonly timing: UdsTiming
  /** How often a request is repeated that an ECU answers with busyRepeatRequest. */
  readonly busyRepeats: number
  readonly busyPauseMs: number
  /** How many requests may wait for one ECU; more are refused. */
  readonly maxWaiting: number
}

export type UdsSettings = Partial<Omit<UdsOptions, 'timing'>> & { readonly timing?: Partial<UdsTiming> }

const TIMING: UdsTiming = { p2Ms: 50, p2StarMs: 5000, marginMs: 250, pendingLimitMs: 300_000 }

export function udsOptions(settings: UdsSettings = {}): UdsOptions {
  return {
    busyRepeats: 3,
    busyPauseMs: 500,
    maxWaiting: 64,
    ...settings,
    timing: { ...TIMING, ...settings.timing },
  }
}
