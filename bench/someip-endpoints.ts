/**
 * Latency and throughput of SOME/IP endpoints on loopback, beside the sockets of Node.js alone: messages of 32 bytes,
 * echoed by another process. Latency is with one message under way, throughput and CPU time with 64 (UDP) and 512 (TCP).
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Link, openTcpLink, openUdpLink } from './someip-endpoints/link.ts'

const ECHO = fileURLToPath(new URL('./someip-endpoints/echo.ts', import.meta.url))
const LATENCY_MS = 1000
const THROUGHPUT_MS = 2000
const WARM_UP_MS = 300

const ROWS = [
  ['UDP endpoint, koffi', 'udp-koffi', openUdpLink, 64],
  ['UDP endpoint, dgram', 'udp-dgram', openUdpLink, 64],
  ['UDP, Node.js alone', 'udp-plain', openUdpLink, 64],
  ['TCP endpoint', 'tcp-endpoint', openTcpLink, 512],
  ['TCP, Node.js alone', 'tcp-plain', openTcpLink, 512],
] as const

console.log('| server | p50 us | p99 us | messages/s | server CPU us/message |\n|---|---|---|---|---|')
for (const [name, kind, open, window] of ROWS) {
  const server = await startServer(kind)
  if (server === undefined) {
    console.log(`| ${name} | cannot run here | | | |`)
    continue
  }
  const link = await open(server.port)
  await exchange(link, window, WARM_UP_MS)
  const { times } = await exchange(link, 1, LATENCY_MS)
  const before = await server.cpuMicros()
  const { received, elapsedMs } = await exchange(link, window, THROUGHPUT_MS)
  const cpu = (await server.cpuMicros()) - before
  const cells = [at(times, 0.5), at(times, 0.99), (received / elapsedMs) * 1000, cpu / received]
  const [p50 = 0, p99 = 0, perSecond = 0, cost = 0] = cells
  console.log(`| ${name} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${perSecond.toFixed(0)} | ${cost.toFixed(2)} |`)
  link.close()
  server.stop()
}

async function startServer(kind: string) {
  const child = fork(ECHO, [kind], { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] })
  const started = await Promise.race([once(child, 'message'), once(child, 'exit')])
  const [first] = started
  if (typeof first !== 'object' || first === null) return undefined
  return {
    port: Number(first.port),
    cpuMicros: async () => {
      child.send('usage')
      const [usage] = await once(child, 'message')
      return Number(usage.cpuMicros)
    },
    stop: () => child.disconnect(),
  }
}

/** Keeps `window` messages under way for a time; round-trip times in us are those of single messages. */
async function exchange(link: Link, window: number, durationMs: number) {
  const times: number[] = []
  const { promise: drained, resolve } = Promise.withResolvers<void>()
  const startedAt = performance.now()
  let received = 0
  let underWay = window
  let sentAt = startedAt
  link.onReceived = (count) => {
    const now = performance.now()
    received += count
    if (window === 1) times.push((now - sentAt) * 1000)
    if (now - startedAt >= durationMs) {
      underWay -= count
      if (underWay === 0) resolve()
      return
    }
    sentAt = now
    link.send(count)
  }
  link.send(window)
  // Datagrams may be lost: what has not come back soon does not come.
  await Promise.race([drained, new Promise((end) => setTimeout(end, durationMs + 500))])
  return { received, elapsedMs: performance.now() - startedAt, times: times.sort((a, b) => a - b) }
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN
}
