import {
  describeWireProblem,
  encodeMessage,
  MESSAGE_TYPE,
  RETURN_CODE,
  segmentMessage,
  splitDatagram,
} from '@opensovd/someip/wire'

/** The bytes of a request, for a socket of your own. */
export function encodeRequest(payload: Uint8Array): Uint8Array {
  const ids = { serviceId: 0x1234, methodId: 0x0421, clientId: 0x1343, sessionId: 1, interfaceVersion: 0 }
  return encodeMessage({ ...ids, messageType: MESSAGE_TYPE.REQUEST, returnCode: RETURN_CODE.OK, payload })
}

/** What a datagram holds: any number of messages, and what of it is none. */
export function describeDatagram(datagram: Uint8Array): string[] {
  const lines: string[] = []
  splitDatagram(datagram, {
    message: ({ serviceId, methodId, payload }) => lines.push(`${serviceId}.${methodId}: ${payload.length} bytes`),
    problem: (problem) => lines.push(describeWireProblem(problem)),
  })
  return lines
}

/** A notification that is too large for a datagram, in segments (SOME/IP-TP), each a datagram of its own. */
export function encodeLargeNotification(payload: Uint8Array): Uint8Array[] {
  const ids = { serviceId: 0x1234, methodId: 0x8778, clientId: 0, sessionId: 1, interfaceVersion: 0 }
  const notification = { ...ids, messageType: MESSAGE_TYPE.NOTIFICATION, returnCode: RETURN_CODE.OK, payload }
  return segmentMessage(notification, 1392)
}
