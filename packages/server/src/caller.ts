import type { IncomingHttpHeaders } from 'node:http'
import type { Caller, NamedCaller } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

const CLIENT_ID = 'X-SOVD-Client-Id'
const NAME = /^[\x20-\x7e]{1,128}$/

/**
 * Who a request comes from, as far as it says so itself.
 * @throws SovdError `invalid-request` for a name that cannot be one
 */
export function callerOf(headers: IncomingHttpHeaders): Caller {
  const name = headers[CLIENT_ID.toLowerCase()]?.toString().trim()
  if (!name) return {}
  if (NAME.test(name)) return { subject: name }
  throw new SovdError('invalid-request', `${CLIENT_ID} must be 1 to 128 printable ASCII characters`, {
    target: CLIENT_ID,
  })
}

/** @throws SovdError `invalid-request` when the caller has no name */
export function requireNamed(caller: Caller): NamedCaller {
  const { subject } = caller
  if (subject !== undefined) return { ...caller, subject }
  throw new SovdError('invalid-request', `only a client with a name can do this: send ${CLIENT_ID}`, {
    target: CLIENT_ID,
  })
}
