/** How far a programming is. */
export type FlashState =
  /** Percent, once somebody tells. */
  | { readonly status: 'running'; readonly progress: number | undefined }
  | { readonly status: 'completed'; readonly verification: Verification }
  | { readonly status: 'failed'; readonly step?: string; readonly error: string; readonly next?: string }
  | { readonly status: 'stopped'; readonly next?: string }

/** Whether the ECU itself has compared what it got; `unknown` where nobody says so. */
export type Verification = 'verified' | 'unverified' | 'unknown'

/** A programming that has been started. */
export interface FlashJob {
  /** @throws AppError when nobody can be asked */
  state(signal: AbortSignal): Promise<FlashState>
  /** Ends the transfer in order and leaves the programming session; resolves when that is done. */
  stop(): Promise<void>
  /** Where else to look after it; absent when it ends with this program. */
  readonly place?: string
}

/** What can program one ECU. */
export interface Flasher extends AsyncDisposable {
  /** @throws AppError when it cannot be started; nothing was changed then */
  start(image: Uint8Array, address: number, signal: AbortSignal): Promise<FlashJob>
}
