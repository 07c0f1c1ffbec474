import type { IncomingHttpHeaders } from 'node:http'
import type { Caller, NamedCaller } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

const CLIENT_ID = 'X-SOVD-Client-Id'
const NAME = /^[\x20-\x7e]{1,128}$/

/** Callers of requests whose credentials were judged, by the headers of the requests. */
const judged = new WeakMap<IncomingHttpHeaders, Caller>()

/** From now on a request is from this caller, whatever it says of itself. */
export function judgeCaller(headers: IncomingHttpHeaders, caller: Caller): void {
  judged.set(headers, caller)
}

/** Whether it was decided who a request comes from. */
export function isJudged(headers: IncomingHttpHeaders): boolean {
  return judged.has(headers)
}

/**
 * Who a request comes from: who its credentials say, or as far as it says so itself where nobody asks for them.
 * @throws SovdError `invalid-request` for a name that cannot be one
 */
export function callerOf(headers: IncomingHttpHeaders): Caller {
  const known = judged.get(headers)
  if (known) return known
  const name = headers[CLIENT_ID.toLowerCase()]?.toString().trim()
  if (!name) return {}
  if (isName(name)) return { subject: name }
  throw new SovdError('invalid-request', `${CLIENT_ID} must be 1 to 128 printable ASCII characters`, {
    target: CLIENT_ID,
  })
}

/** Whether somebody can have this name. */
export function isName(text: string): boolean {
  return NAME.test(text) && text.trim() === text
}

/** @throws SovdError `invalid-request` when the caller has no name */
export function requireNamed(caller: Caller): NamedCaller {
  const { subject } = caller
  if (subject !== undefined) return { ...caller, subject }
  throw new SovdError('invalid-request', `only a client with a name can do this: send ${CLIENT_ID}`, {
    target: CLIENT_ID,
  })
}
