import type { Json, JsonObject } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'

/** What is known of a configuration without reading it [17978-3 7.12]. */
export interface ConfigurationItem {
  readonly id: string
  readonly name: string
  /** `parameter`: one JSON value. `bulk`: bytes of `contentType`. */
  readonly type: 'parameter' | 'bulk'
  readonly contentType?: string
  readonly version?: string
  readonly tags?: readonly string[]
}

/** Configuration parameters of an entity. Calls reject with `SovdError`. */
export interface ConfigurationFacet {
  /** All parameters by name. */
  readAll(context: CallContext): Promise<JsonObject>
  write?(name: string, value: Json, context: CallContext): Promise<void>
  /** What there is, where that can be told without reading the values. */
  list?(context: CallContext): Promise<readonly ConfigurationItem[]>
  /** One parameter, where the source has that. */
  read?(id: string, context: CallContext): Promise<Json>
  readBulk?(id: string, context: CallContext): Promise<Uint8Array>
  writeBulk?(id: string, bytes: Uint8Array, context: CallContext): Promise<void>
}
