import type { JsonObject } from '@opensovd/base'

/** One exchange with a source, or of a client with us. */
export interface CommunicationRecord {
  /** `http`, `uds`, … */
  readonly protocol: string
  /** What was said, and what came of it, in terms of the protocol. */
  readonly content: JsonObject
}

/** What goes to the source of an entity and comes from it. */
export interface CommunicationFacet {
  /** Calls `listener` with each exchange once it is over. Returns a function that ends it. */
  onExchange(listener: (record: CommunicationRecord) => void): () => void
}
