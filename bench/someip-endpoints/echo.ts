/** What is measured: started with a kind, it says where it listens, sends back what it gets, and tells what it used. */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openTcpServerEndpoint } from '../../packages/someip/src/endpoint/message/tcp-server-endpoint.ts'
import { openUdpEndpoint } from '../../packages/someip/src/endpoint/message/udp-endpoint.ts'
import { openNodeNetwork } from '../../packages/someip/src/endpoint/node-network.ts'

const LOCAL = { address: '127.0.0.1', port: 0 }

/** Endpoints answer each message with a new one, as a service does; plain Node.js sends the bytes back. */
const KINDS: Record<string, () => Promise<number>> = {
  'udp-koffi': () => serveUdp(true),
  'udp-dgram': () => serveUdp(false),
  'udp-plain': async () => {
    const socket = createSocket({ type: 'udp4', lookup: (host, _options, found) => found(null, host, 4) })
    socket.on('message', (bytes, { address, port }) => socket.send(bytes, port, address))
    await new Promise<void>((resolve) => socket.bind(0, LOCAL.address, resolve))
    return socket.address().port
  },
  'tcp-endpoint': async () => {
    const network = await openNodeNetwork()
    const context = { network, clock: systemClock, log: silentLogger }
    const endpoint = await openTcpServerEndpoint(context, LOCAL, {
      message: (message, source) => endpoint.send(message.bytes.slice(), source),
      problem: () => {},
      connected: () => {},
      disconnected: () => {},
    })
    return endpoint.local.port
  },
  'tcp-plain': async () => {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('data', (chunk) => socket.write(chunk))
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve) => server.listen(0, LOCAL.address, resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    return address.port
  },
}

async function serveUdp(native: boolean): Promise<number> {
  const network = await openNodeNetwork({ native })
  if (network.native !== native) throw new Error('koffi is missing')
  const context = { network, clock: systemClock, log: silentLogger }
  const endpoint = await openUdpEndpoint(context, LOCAL, {
    message: (message, source) => endpoint.send(message.bytes.slice(), source),
    problem: () => {},
  })
  return endpoint.local.port
}

const start = KINDS[process.argv[2] ?? '']
if (start === undefined) throw new Error(`usage: echo.ts ${Object.keys(KINDS).join(' | ')}`)
process.send?.({ port: await start() })
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMicros: user + system })
})
process.on('disconnect', () => process.exit())
