import type { EventFormat } from '@opensovd/core'
import { genericError } from '@opensovd/sovd'

function envelope(atMs: number, content: object) {
  return { data: JSON.stringify({ timestamp: new Date(atMs).toISOString(), ...content }) }
}

function notice(atMs: number, vendor_code: string, message: string, parameters: object) {
  return envelope(atMs, { error: { error_code: 'vendor-specific', vendor_code, message, parameters } })
}

/** Nothing but envelopes, whatever there is to tell: the standard knows no other events. */
export const ENVELOPES: EventFormat = {
  value: (payload, atMs) => envelope(atMs, { payload }),
  error: (error, atMs) => envelope(atMs, { error: genericError(error) }),
  lost: (count, atMs) =>
    notice(atMs, 'events-lost', `${count} events were lost, because they were not read in time`, { count }),
  unknown: (atMs) => notice(atMs, 'unknown-event-id', 'nothing is known of the event that was seen last', {}),
}
