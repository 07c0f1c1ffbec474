import { DecodeError } from '@opensovd/base/bytes'
import { splitDatagram } from '../wire/datagram.ts'
import type { Header } from '../wire/header.ts'
import type { MessageView } from '../wire/message.ts'
import type { Subnet } from './subnet.ts'
import type { SdSource } from './transport.ts'
import { decodeSdPayload, SD_HEADER, type SdPayload } from './wire/message.ts'
import { TRANSPORT_PROTOCOL } from './wire/option.ts'

/** Why a datagram, or a message in it, was dropped. */
export type SdDropReason =
  /** It came from another port than that of service discovery. */
  | 'wrong-port'
  /** It came from this host. */
  | 'own'
  /** It is no SOME/IP message, or its entries cannot be told apart. */
  | 'malformed'
  /** Its header is not that of service discovery; the client ID is not 0, for example. */
  | 'wrong-header'

export interface SdDrop {
  readonly reason: SdDropReason
  readonly source: SdSource
}

export interface ReceivedMessage {
  readonly sessionId: number
  readonly payload: SdPayload
  /** Whom to answer. */
  readonly source: SdSource
}

export interface ReceiverOptions {
  /** Port of service discovery on every host. */
  readonly port: number
  readonly subnet: Subnet
  readonly onMessage: (message: ReceivedMessage) => void
  readonly onDrop: (drop: SdDrop) => void
}

/** Finds the service discovery messages in a datagram. */
export function receiveDatagram(datagram: Uint8Array, source: SdSource, options: ReceiverOptions): void {
  const { port, subnet, onDrop } = options
  if (source.port !== port) onDrop({ reason: 'wrong-port', source })
  else if (subnet.isOwn(source.address)) onDrop({ reason: 'own', source })
  else {
    splitDatagram(datagram, {
      message: (message) => receiveMessage(message, source, options),
      problem: () => onDrop({ reason: 'malformed', source }),
    })
  }
}

function receiveMessage(message: MessageView, source: SdSource, { subnet, onMessage, onDrop }: ReceiverOptions): void {
  if (!isSdHeader(message)) {
    onDrop({ reason: 'wrong-header', source })
    return
  }
  const payload = tryDecode(message.payload)
  if (payload === undefined) onDrop({ reason: 'malformed', source })
  else onMessage({ sessionId: message.sessionId, payload, source: answerable(source, payload, subnet) })
}

function isSdHeader(header: Header): boolean {
  return (
    header.serviceId === SD_HEADER.serviceId &&
    header.methodId === SD_HEADER.methodId &&
    header.clientId === SD_HEADER.clientId &&
    header.interfaceVersion === SD_HEADER.interfaceVersion &&
    header.messageType === SD_HEADER.messageType &&
    header.returnCode === SD_HEADER.returnCode
  )
}

function tryDecode(payload: Uint8Array): SdPayload | undefined {
  try {
    return decodeSdPayload(payload)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** The source that the message names for itself, if it is a neighbour [feat_req_someipsd_1084], [feat_req_someipsd_1135]. */
function answerable(source: SdSource, { sdEndpoint }: SdPayload, subnet: Subnet): SdSource {
  if (sdEndpoint === undefined || sdEndpoint.protocol !== TRANSPORT_PROTOCOL.UDP) return source
  const { address, port } = sdEndpoint
  return port === 0 || !subnet.isNeighbour(address) ? source : { address, port, isMulticast: source.isMulticast }
}
