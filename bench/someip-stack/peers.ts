/** The programs that are measured: each answers `service` and `client` as `someip bench` does. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { End, Place } from './places.ts'

export type Transport = 'udp' | 'tcp'

/** What the client of each of them prints, as far as it is used here. */
export interface Figures {
  readonly received: number
  readonly lost: number
  readonly perSecond: number
  readonly p50?: number
  readonly p90?: number
  readonly p99?: number
}

export interface Peer {
  readonly name: string
  readonly command: readonly string[]
}

const SOMEIP = [process.execPath, fileURLToPath(new URL('../../apps/someip/src/main.ts', import.meta.url))]
const RAW = [process.execPath, fileURLToPath(new URL('raw.ts', import.meta.url))]

export const OURS: Peer = { name: 'ours', command: [...SOMEIP, 'bench'] }
/** Sockets of Node.js with nothing above them. */
export const NODE: Peer = { name: 'Node.js alone', command: RAW }
export const vsomeip = (program: string): Peer => ({ name: 'vsomeip', command: [program] })

const PATIENCE_MS = 60_000
const SERVICE_PORT = 30_509
const NO_WAITING = {
  'debounce-time-request': '0',
  'debounce-time-response': '0',
  'max-retention-time-request': '0',
  'max-retention-time-response': '0',
}

/** A service of a peer that runs, and measurements of it by its own client. */
export interface Running extends AsyncDisposable {
  measure(kind: 'lat' | 'win' | 'ev', count: number, bytes: number, extra?: number): Promise<Figures>
}

export async function run(peer: Peer, place: Place, transport: Transport): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'someip-bench-'))
  const startAt = async (end: End, name: string, args: readonly string[]) => {
    const file = join(folder, `${name}.json`)
    await writeFile(file, JSON.stringify(configuration(place, end, name, transport)))
    const environment = { VSOMEIP_CONFIGURATION: file, VSOMEIP_APPLICATION_NAME: name, VSOMEIP_BASE_PATH: `${folder}/` }
    return end.start([...peer.command, ...args], { ...environment, BENCH_SERVICE: `${place.service.address}` })
  }
  const service = await startAt(place.service, 'service-sample', ['service', transport])
  await line(service, /^ready/)
  return {
    measure: async (kind, count, bytes, extra) => {
      const values = [count, bytes, ...(extra === undefined ? [] : [extra])].map(String)
      const client = await startAt(place.client, 'client-sample', ['client', kind, transport, ...values, '--json'])
      const found: Figures = JSON.parse(await line(client, /^{/))
      await stop(client)
      return found
    },
    [Symbol.asyncDispose]: async () => {
      await stop(service)
      await rm(folder, { recursive: true })
    },
  }
}

/** nPDU times are 0: a message leaves at once, with every peer. */
function configuration(place: Place, end: End, name: string, transport: Transport) {
  const port = transport === 'udp' ? { unreliable: `${SERVICE_PORT}` } : { reliable: { port: `${SERVICE_PORT}` } }
  return {
    unicast: end.address,
    netmask: place.netmask,
    network: name,
    logging: { level: 'error', console: 'true', file: { enable: 'false' }, dlt: 'false' },
    applications: [{ name, id: name === 'service-sample' ? '0x1277' : '0x1344' }],
    routing: name,
    'npdu-default-timings': NO_WAITING,
    services: end === place.service ? [{ service: '0x1234', instance: '0x5678', ...port }] : [],
    'service-discovery': {
      enable: 'true',
      multicast: '224.244.224.245',
      port: '30490',
      protocol: 'udp',
      initial_delay_min: '10',
      initial_delay_max: '20',
      repetitions_base_delay: '50',
      repetitions_max: '3',
      ttl: '5',
      cyclic_offer_delay: '1000',
      request_response_delay: '10',
    },
  }
}

/** The first line of its output that matches. */
async function line(child: ChildProcess, pattern: RegExp): Promise<string> {
  const printed: string[] = []
  const found = Promise.withResolvers<string>()
  const failed = (why: string) => found.reject(new Error(`${child.spawnargs.join(' ')}: ${why}\n${printed.join('\n')}`))
  const timer = setTimeout(() => failed('took too long'), PATIENCE_MS)
  child.once('error', (error) => failed(error.message))
  child.once('exit', (code) => failed(`ended with ${code}`))
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (text) => {
      if (pattern.test(text)) found.resolve(text)
      else printed.push(text)
    })
  }
  try {
    return await found.promise
  } finally {
    clearTimeout(timer)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000)
  child.kill('SIGTERM')
  await exited
  clearTimeout(timer)
}
