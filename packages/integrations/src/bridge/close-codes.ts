import type { Clock } from '@opensovd/base'
import type { WebSocket } from 'ws'

/** [RFC 6455 7.4.1] */
export const GOING_AWAY = 1001
export const POLICY_VIOLATION = 1008
export const TRY_AGAIN_LATER = 1013

/** How long the other end has to close, too. */
const CLOSING_MS = 2000
/** [RFC 6455 5.5] What remains of 125 bytes beside the code. */
const MAX_REASON_BYTES = 123

/** Tells the other end why it is over, and cuts the connection if that does not close in time. */
export function closeSocket(socket: WebSocket, code: number, reason: string, clock: Clock): void {
  if (socket.readyState === socket.CLOSED) return
  const cancel = clock.after(CLOSING_MS, () => socket.terminate())
  socket.once('close', cancel)
  socket.close(code, reason.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_REASON_BYTES))
}
