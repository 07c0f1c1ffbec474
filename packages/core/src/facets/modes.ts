import type { JsonObject } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'

export interface ModeValue {
  readonly value: string
  readonly name?: string
  readonly description?: string
  readonly udsSession?: number
  readonly requiresSecurityAccess?: boolean
}

/** A set of exclusive modes, such as `session` or `dtcsetting` [17978-3 7.16]. */
export interface ModeGroup {
  readonly id: string
  readonly name?: string
  readonly value: string
  readonly values: readonly ModeValue[]
  /** RFC 3339. */
  readonly activeSince?: string
}

/** Modes of an entity. Calls reject with `SovdError`. */
export interface ModeFacet {
  list(context: CallContext): Promise<readonly ModeGroup[]>
  set(groupId: string, value: string, context: CallContext): Promise<void>
  /**
   * As `set`, for a source that wants more than a value, such as the key of a security level, or that answers with
   * more, such as a seed: what is told beside the value.
   */
  exchange?(
    groupId: string,
    request: { readonly value: string; readonly parameters: JsonObject },
    context: CallContext,
  ): Promise<JsonObject>
}

/** The group that says what an entity is doing at all. */
export const SESSION = 'session'
/** Whether an entity stores trouble codes: `on` or `off`. */
export const DTC_SETTING = 'dtcsetting'
