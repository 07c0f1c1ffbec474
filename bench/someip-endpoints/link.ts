import { connect } from 'node:net'
import { encodeMessage } from '@opensovd/someip/wire'
import { endpointAddress } from '../../packages/someip/src/endpoint/endpoint-address.ts'
import { openNodeNetwork } from '../../packages/someip/src/endpoint/node-network.ts'

const ADDRESS = '127.0.0.1'
const MESSAGE_BYTES = 32
const MESSAGE = encodeMessage({
  serviceId: 0x1234,
  methodId: 0x0421,
  clientId: 0x1343,
  sessionId: 1,
  interfaceVersion: 1,
  messageType: 0,
  returnCode: 0,
  payload: new Uint8Array(MESSAGE_BYTES - 16),
})

/** Sends messages of 32 bytes and counts what comes back. */
export interface Link {
  send(count: number): void
  /** Called with how many messages came back. */
  onReceived: (count: number) => void
  close(): void
}

/** The fastest client there is here, so that the server is what limits. */
export async function openUdpLink(port: number): Promise<Link> {
  const network = await openNodeNetwork()
  const to = endpointAddress(ADDRESS, port)
  const socket = await network.openUdp(
    { address: ADDRESS, port: 0, receiveBufferBytes: 1 << 22 },
    { datagrams: (batch) => link.onReceived(batch.length), failed: () => {} },
  )
  const link: Link = {
    send: (count) => {
      for (let sent = 0; sent < count; sent++) socket.send(MESSAGE, to)
    },
    onReceived: () => {},
    close: () => void socket[Symbol.asyncDispose](),
  }
  return link
}

export async function openTcpLink(port: number): Promise<Link> {
  const socket = connect({ host: ADDRESS, port, noDelay: true })
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  let rest = 0
  const link: Link = {
    send: (count) => {
      if (count === 1) socket.write(MESSAGE)
      else if (count > 0) socket.write(Buffer.concat(Array.from({ length: count }, () => MESSAGE)))
    },
    onReceived: () => {},
    close: () => socket.destroy(),
  }
  socket.on('data', ({ length }) => {
    rest += length
    const count = Math.floor(rest / MESSAGE_BYTES)
    rest -= count * MESSAGE_BYTES
    link.onReceived(count)
  })
  return link
}
