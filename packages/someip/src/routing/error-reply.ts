import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import { NO_NPDU_TIMING } from '../npdu/collector.ts'
import { encodeMessage, type Message } from '../wire/message.ts'
import { MESSAGE_TYPE } from '../wire/message-type.ts'
import type { MessagePort } from './message-port.ts'

const NO_PAYLOAD = new Uint8Array(0)

/** Answers a request with an error message at once; anything but a request that expects a response stays unanswered. */
export function sendErrorReply(request: Message, returnCode: number, port: MessagePort, source: EndpointAddress): void {
  if (request.messageType !== MESSAGE_TYPE.REQUEST) return
  const { serviceId, methodId, clientId, sessionId, interfaceVersion } = request
  const ids = { serviceId, methodId, clientId, sessionId, interfaceVersion }
  const reply = encodeMessage({ ...ids, messageType: MESSAGE_TYPE.ERROR, returnCode, payload: NO_PAYLOAD })
  port.send(reply, source, NO_NPDU_TIMING)
}
