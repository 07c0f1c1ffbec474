import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { HOST, readRequest } from './vehicle.ts'

const ACTIVATION = Buffer.from('02fd000500000007' + '0e800000000000', 'hex')
const HEADER_BYTES = 8
const ANSWER = 0x8001

/** The least that reads a DID over DoIP: bytes made before, answers cut by their length and told apart by their source. */
export async function openRawClient(port: number, targets: readonly number[]) {
  const socket = connect({ host: HOST, port, noDelay: true })
  await once(socket, 'connect')
  socket.write(ACTIVATION)
  await once(socket, 'data')
  const waiting = new Map<number, () => void>()
  cutMessages(socket, (message) => {
    if (message.readUInt16BE(2) === ANSWER) waiting.get(message.readUInt16BE(HEADER_BYTES))?.()
  })
  const requests = new Map(targets.map((target) => [target, readRequest(target)]))
  return {
    read: (target: number) =>
      new Promise<void>((resolve) => {
        waiting.set(target, resolve)
        socket.write(requests.get(target) ?? ACTIVATION)
      }),
  }
}

function cutMessages(socket: Socket, onMessage: (message: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (bytes.length >= HEADER_BYTES && bytes.length >= HEADER_BYTES + bytes.readUInt32BE(4)) {
      const length = HEADER_BYTES + bytes.readUInt32BE(4)
      onMessage(bytes.subarray(0, length))
      bytes = bytes.subarray(length)
    }
    rest = bytes
  })
}
