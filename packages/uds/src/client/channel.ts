export type ChannelEvent =
  /** A UDS message for this tester; `source` is the ECU that sent it. */
  | { readonly kind: 'received'; readonly source: number; readonly message: Uint8Array }
  /** The network gave up on a message to `target` whose `send` had already resolved. */
  | { readonly kind: 'refused'; readonly target: number; readonly error: Error }
  /** The connection ended, and with it everything that was on the way. */
  | { readonly kind: 'lost'; readonly error: Error }

/** Carries UDS messages of one tester to the ECUs behind one gateway: DoIP here, another transport elsewhere. */
export interface UdsChannel {
  /**
   * Resolves when the network has taken the message; the time for the answer starts then. Connects first where
   * needed, and never sends anything twice. Aborting keeps a message that is not on its way yet from being sent;
   * after that it has no effect.
   */
  send(target: number, message: Uint8Array, signal?: AbortSignal): Promise<void>
  /** Returns a function that ends the subscription. */
  subscribe(listener: (event: ChannelEvent) => void): () => void
}
