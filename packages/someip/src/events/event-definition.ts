/** Which transport carries an event; `unknown`: whichever its service has, UDP if it has both. */
export type EventReliability = 'reliable' | 'unreliable' | 'both' | 'unknown'

/** An event that a service offers. */
export interface EventDefinition {
  readonly eventId: number
  /** The groups whose subscribers receive it. */
  readonly eventgroupIds: readonly number[]
  /**
   * A `field` has a value: setting an equal one notifies nobody, and new subscribers receive it. A `selective` event is
   * sent only to the subscribers it is addressed to.
   */
  readonly kind: 'event' | 'field' | 'selective'
  readonly reliability: EventReliability
  /** Time between two notifications of the present value; 0: no cycle. */
  readonly cycleMs: number
  /** Let a change start the cycle anew. */
  readonly changeResetsCycle: boolean
  /** Notify of a change at once; otherwise only the cycle does. */
  readonly updateOnChange: boolean
  /** Whether `next` is worth a notification after `previous`, which was the last notified of (an epsilon function). */
  readonly isChange?: ((previous: Uint8Array, next: Uint8Array) => boolean) | undefined
}
