import { SovdError } from '@opensovd/sovd'
import type { CallContext } from '../ports/call-context.ts'

const CLIENT_ID = 'x-sovd-client-id'
const TRACE = 'traceparent'

/** Headers of requests that pass through a bridge; what else a client of the relay has stays at the relay. */
export const FORWARDED_HEADERS: readonly string[] = [
  'accept',
  'authorization',
  'if-match',
  'if-none-match',
  TRACE,
  'x-api-key',
  'x-request-id',
  CLIENT_ID,
  'x-tenant-id',
]

/** [RFC 9110 5.5] */
const VALUE = /^[\x20-\x7e]*$/
const MAX_VALUE = 8192

/**
 * The headers that a request goes to the vehicle with: those that the caller asked for, its name, and its trace.
 * Names are in lower case.
 * @throws SovdError `invalid-request` for a header that is not forwarded, is no header, or is another caller's name
 */
export function forwardedHeaders(
  wanted: Readonly<Record<string, string>>,
  { caller, traceparent }: Pick<CallContext, 'caller' | 'traceparent'>,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  if (traceparent !== undefined) headers[TRACE] = traceparent
  for (const [written, value] of Object.entries(wanted)) {
    const name = written.toLowerCase()
    if (!FORWARDED_HEADERS.includes(name)) throw refusal(written, `only these are: ${FORWARDED_HEADERS.join(', ')}`)
    if (value.length > MAX_VALUE || !VALUE.test(value)) throw refusal(written, 'its value is no header')
    headers[name] = value
  }
  const subject = caller?.subject
  if (subject === undefined) return headers
  if (headers[CLIENT_ID] !== undefined && headers[CLIENT_ID] !== subject) {
    throw refusal(CLIENT_ID, `it must be '${subject}', who asks`)
  }
  return { ...headers, [CLIENT_ID]: subject }
}

function refusal(name: string, why: string): SovdError {
  return new SovdError('invalid-request', `the header '${name.slice(0, 60)}' is not forwarded: ${why}`, {
    target: 'headers',
  })
}
