import type { Json } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'

export type LifecycleRequest = 'start' | 'restart' | 'force-restart' | 'shutdown' | 'force-shutdown'

/** Starting and stopping of an entity [17978-3 7.19]. Calls reject with `SovdError`. */
export interface LifecycleFacet {
  /** What can be requested. */
  readonly requests: readonly LifecycleRequest[]
  status(context: CallContext): Promise<'ready' | 'notReady'>
  /** Resolves when the source has taken the request up; `status` tells how it goes on. */
  request(request: LifecycleRequest, parameters: Json | undefined, context: CallContext): Promise<void>
}
