import type { Json, JsonObject } from '@opensovd/base'

/** Configuration parameters of an entity. Calls reject with `SovdError`. */
export interface ConfigurationFacet {
  /** All parameters by name. */
  readAll(signal: AbortSignal): Promise<JsonObject>
  write?(name: string, value: Json, signal: AbortSignal): Promise<void>
}
