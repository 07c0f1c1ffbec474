import type { RequestOf, ResponseOf, ServiceName } from '../codec/services.ts'
import type { ServerState } from './server-state.ts'

/** When a service or sub-function is there. What is left out does not matter. */
export interface Access {
  /** Sessions in which it is supported. */
  readonly sessions?: readonly number[]
  /** Security levels (odd numbers) of which one must be unlocked. */
  readonly securityLevels?: readonly number[]
  readonly authenticated?: boolean
}

export interface RequestContext {
  /** Logical address of the tester. */
  readonly tester: number
  readonly functional: boolean
  /** Lets the handler change session, security and authentication. */
  readonly state: ServerState
  /** Aborts when the ECU is reset or closed; nothing is answered then. */
  readonly signal: AbortSignal
  /** Says that nobody needs the bytes of the request any longer, so that the next one can have their memory. */
  releaseRequest(): void
  /** Runs `task` once the answer is out, a restart for instance. */
  afterAnswer(task: () => void): void
}

export interface ServiceHandler<N extends ServiceName> extends Access {
  /** The sub-functions that the ECU has, each with its own conditions; any when left out. */
  readonly subFunctions?: Readonly<Record<number, Access>>
  /**
   * Carries the request out. "Response pending" is sent by itself when it takes longer than P2.
   * @throws ServiceRefusal to answer with its code; anything else is logged and answered with generalReject
   */
  handle(request: RequestOf<N>, context: RequestContext): ResponseOf<N> | Promise<ResponseOf<N>>
}

export type ServiceHandlers = { readonly [N in ServiceName]?: ServiceHandler<N> }

/** A service that the standard does not define. */
export interface RawServiceHandler extends Access {
  /** Takes what follows the SID and returns what follows the SID of the positive answer. */
  handle(data: Uint8Array, context: RequestContext): Uint8Array | Promise<Uint8Array>
}
