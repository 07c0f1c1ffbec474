import type { Field } from './field.ts'

/** Everything the stack must know about one diagnostic service of ISO 14229-1. */
export interface Service<Request, Response> {
  readonly sid: number
  /** As the standard spells it. */
  readonly name: string
  /** Whether the byte behind the SID is a sub-function, whose top bit asks for no positive answer. */
  readonly hasSubFunction: boolean
  /** How many bytes behind the SID a positive answer repeats from its request; tells late answers from awaited ones. */
  readonly echoLength: number
  readonly request: Field<Request>
  readonly response: Field<Response>
}

type Bodies<Request, Response> = Pick<Service<Request, Response>, 'request' | 'response'>

/** A service whose first parameter is a sub-function. */
export function withSubFunction<Request, Response>(
  sid: number,
  name: string,
  bodies: Bodies<Request, Response> & { echoLength?: number },
): Service<Request, Response> {
  return { sid, name, hasSubFunction: true, echoLength: 1, ...bodies }
}

/** A service without sub-function. */
export function plain<Request, Response>(
  sid: number,
  name: string,
  bodies: Bodies<Request, Response> & { echoLength: number },
): Service<Request, Response> {
  return { sid, name, hasSubFunction: false, ...bodies }
}
