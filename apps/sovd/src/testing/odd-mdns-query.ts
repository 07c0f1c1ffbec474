/** Asks for SOVD servers, and for a name that cannot be written again as it is read: its bytes are no UTF-8. */
import { createSocket } from 'node:dgram'

const servers = '055f736f7664045f746370056c6f63616c00000c0001'
const odd = `3f${'ff'.repeat(63)}00000c0001`
const socket = createSocket('udp4')
const query = Buffer.from(`000100000002000000000000${servers}${odd}`, 'hex')
socket.send(query, 5353, process.argv[2], () => socket.close())
