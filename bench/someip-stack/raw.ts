/**
 * What sockets of Node.js alone do of the same work: `service <udp|tcp>` echoes messages and sends bursts, `client` with
 * the arguments of `someip bench client` measures that. Messages have the length of SOME/IP messages, and begin with their
 * length and kind. The address of the service is in BENCH_SERVICE.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { systemClock } from '@opensovd/base/node'
import { percentiles } from '../../apps/someip/src/bench/statistics.ts'

const HEADER_BYTES = 16
const ECHO = 0
const BURST = 1
const EVENT = 2
const BATCH = 64
const SILENCE_MS = 1000
const WARM_UP = 200
const PORT = 30_508
const ADDRESS = process.env.BENCH_SERVICE ?? '127.0.0.1'

type Send = (bytes: Buffer) => void

const [role, ...args] = process.argv.slice(2)
if (role === 'service') await (args[0] === 'tcp' ? serveTcp() : serveUdp())
else await client(args)

function message(kind: number, payloadBytes: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + payloadBytes)
  bytes.writeUInt32BE(bytes.length)
  bytes[4] = kind
  return bytes
}

async function serveUdp(): Promise<void> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 1 << 21,
    lookup: (host, _options, found) => found(null, host, 4),
  })
  socket.on('message', (bytes, { address, port }) => serve(bytes, (answer) => socket.send(answer, port, address)))
  socket.bind(PORT, ADDRESS, () => console.log('ready'))
}

async function serveTcp(): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on(
      'data',
      cutter((bytes) => serve(bytes, (answer) => socket.write(answer))),
    )
    socket.on('error', () => {})
  })
  server.listen(PORT, ADDRESS, () => console.log('ready'))
}

function serve(bytes: Buffer, send: Send): void {
  if (bytes[4] === ECHO) send(bytes)
  else burst(bytes.readUInt32BE(HEADER_BYTES), bytes.readUInt32BE(HEADER_BYTES + 4), send)
}

function burst(count: number, bytes: number, send: Send, sent = 0): void {
  for (let batch = 0; batch < BATCH && sent < count; batch++, sent++) send(message(EVENT, bytes))
  if (sent < count) setImmediate(burst, count, bytes, send, sent)
}

/** Cuts a stream into messages. */
function cutter(receive: Send): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0)
  return (chunk) => {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    let at = 0
    while (bytes.length - at >= HEADER_BYTES) {
      const length = bytes.readUInt32BE(at)
      if (bytes.length - at < length) break
      receive(bytes.subarray(at, at + length))
      at += length
    }
    held = bytes.subarray(at)
  }
}

async function client([kind = '', transport = '', ...rest]: string[]): Promise<void> {
  const [count = 0, bytes = 0, extra = 1] = rest.filter((text) => !text.startsWith('-')).map(Number)
  const handler: { receive: Send } = { receive: () => {} }
  const send = await (transport === 'tcp' ? openTcp(handler) : openUdp(handler))
  const window = kind === 'win' ? extra : 1
  if (kind !== 'ev') await exchange(send, handler, { count: WARM_UP, bytes, window })
  const found =
    kind === 'ev' ? await events(send, handler, count, bytes) : await exchange(send, handler, { count, bytes, window })
  const { received, seconds, times } = found
  const figures = { received, lost: count - received, perSecond: received / seconds, ...percentiles(times) }
  console.log(JSON.stringify({ kind, transport, count, bytes, seconds, ...figures }))
  process.exit()
}

async function openUdp(handler: { receive: Send }): Promise<Send> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 1 << 21,
    lookup: (host, _options, found) => found(null, host, 4),
  })
  socket.on('message', (bytes) => handler.receive(bytes))
  await new Promise<void>((resolve) => socket.connect(PORT, ADDRESS, resolve))
  return (bytes) => socket.send(bytes)
}

async function openTcp(handler: { receive: Send }): Promise<Send> {
  const socket = connect({ port: PORT, host: ADDRESS, noDelay: true })
  await once(socket, 'connect')
  socket.on(
    'data',
    cutter((bytes) => handler.receive(bytes)),
  )
  return (bytes) => void socket.write(bytes)
}

interface Exchange {
  readonly count: number
  readonly bytes: number
  readonly window: number
}

/** Answers are taken to come in the order of the requests. */
function exchange(send: Send, handler: { receive: Send }, { count, bytes, window }: Exchange) {
  const times: number[] = []
  const sentAt: number[] = []
  const startMs = systemClock.monotonic()
  let sent = 0
  const sendNext = () => {
    sentAt[sent++] = systemClock.monotonic()
    send(message(ECHO, bytes))
  }
  return new Promise<{ received: number; seconds: number; times: number[] }>((resolve) => {
    handler.receive = () => {
      const now = systemClock.monotonic()
      times.push(now - (sentAt[times.length] ?? now))
      if (sent < count) sendNext()
      if (times.length === count) resolve({ received: count, seconds: (now - startMs) / 1000, times })
    }
    while (sent < Math.min(window, count)) sendNext()
  })
}

async function events(send: Send, handler: { receive: Send }, count: number, bytes: number) {
  let received = 0
  let firstMs = 0
  let lastMs = systemClock.monotonic()
  handler.receive = () => {
    lastMs = systemClock.monotonic()
    if (received++ === 0) firstMs = lastMs
  }
  const request = message(BURST, 8)
  request.writeUInt32BE(count, HEADER_BYTES)
  request.writeUInt32BE(bytes, HEADER_BYTES + 4)
  send(request)
  while (received < count && systemClock.monotonic() - lastMs < SILENCE_MS) await systemClock.sleep(1)
  return { received, seconds: (lastMs - firstMs) / 1000, times: [] }
}
