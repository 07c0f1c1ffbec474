import type { Address, ByteStream, DatagramSocket, Network } from '../../network.ts'

/** What went over the network, as seen from a tester, which the real addresses do not matter for. */
export interface Packet {
  readonly protocol: 'tcp' | 'udp'
  readonly from: 'tester' | 'entity'
  /** Of the tester's end. */
  readonly port: number
  readonly data: Uint8Array
}

/** A network whose users are testers, and what they send and get. */
export function recording(network: Network): { readonly network: Network; readonly packets: readonly Packet[] } {
  const packets: Packet[] = []
  let lastPort = 49_152
  return {
    packets,
    network: {
      ...network,
      connect: async (options, signal) => {
        const port = ++lastPort
        const record = (from: Packet['from'], data: Uint8Array) =>
          void packets.push({ protocol: 'tcp', from, port, data: data.slice() })
        return recordedStream(await network.connect(options, signal), record)
      },
      openDatagram: async (options) => {
        const socket = await network.openDatagram(options)
        const { port } = socket.local
        const record = (from: Packet['from'], data: Uint8Array) =>
          void packets.push({ protocol: 'udp', from, port, data: data.slice() })
        return recordedSocket(socket, record)
      },
    },
  }
}

type Record = (from: Packet['from'], data: Uint8Array) => void

function recordedStream(stream: ByteStream, record: Record): ByteStream {
  async function* incoming() {
    for await (const chunk of stream.incoming) {
      record('entity', chunk)
      yield chunk
    }
  }
  return {
    remote: stream.remote,
    secure: stream.secure,
    incoming: incoming(),
    get unsentBytes() {
      return stream.unsentBytes
    },
    write: (...parts) => {
      record('tester', Buffer.concat(parts))
      stream.write(...parts)
    },
    flush: () => stream.flush(),
    [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
  }
}

function recordedSocket(socket: DatagramSocket, record: Record): DatagramSocket {
  return {
    local: socket.local,
    onDatagram: (listener) =>
      socket.onDatagram((datagram) => {
        record('entity', datagram.data)
        listener(datagram)
      }),
    send: (data: Uint8Array, to: Address) => {
      record('tester', data)
      return socket.send(data, to)
    },
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  }
}
