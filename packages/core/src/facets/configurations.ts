import type { Json, JsonObject } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'

/** Configuration parameters of an entity. Calls reject with `SovdError`. */
export interface ConfigurationFacet {
  /** All parameters by name. */
  readAll(context: CallContext): Promise<JsonObject>
  write?(name: string, value: Json, context: CallContext): Promise<void>
}
