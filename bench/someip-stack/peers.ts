/** The programs that are measured: each answers `service` and `client` as `someip bench` does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configuration } from './configuration.ts'
import type { End, Place } from './places.ts'
import { line, stop } from './programs.ts'

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

const SERVICE = { service: '0x1234', instance: '0x5678' }
const SERVICE_PORT = '30509'

/** A service of a peer that runs, and measurements of it by its own client. */
export interface Running extends AsyncDisposable {
  measure(kind: 'lat' | 'win' | 'ev', count: number, bytes: number, extra?: number): Promise<Figures>
}

export async function run(peer: Peer, place: Place, transport: Transport): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'someip-bench-'))
  const port = transport === 'udp' ? { unreliable: SERVICE_PORT } : { reliable: { port: SERVICE_PORT } }
  const services = [{ ...SERVICE, ...port }]
  const startAt = async (end: End, name: string, args: readonly string[]) => {
    const file = join(folder, `${name}.json`)
    await writeFile(file, JSON.stringify(configuration(place, end, name, services)))
    const environment = { VSOMEIP_CONFIGURATION: file, VSOMEIP_APPLICATION_NAME: name, VSOMEIP_BASE_PATH: `${folder}/` }
    return end.start([...peer.command, ...args], { ...environment, BENCH_SERVICE: `${place.service.address}` })
  }
  const service = await startAt(place.service, 'service-sample', ['service', transport])
  try {
    await line(service, /^ready/)
  } catch (error) {
    await stop(service)
    throw error
  }
  return {
    measure: async (kind, count, bytes, extra) => {
      const values = [count, bytes, ...(extra === undefined ? [] : [extra])].map(String)
      const client = await startAt(place.client, 'client-sample', ['client', kind, transport, ...values, '--json'])
      try {
        return JSON.parse(await line(client, /^{/))
      } finally {
        await stop(client)
      }
    },
    [Symbol.asyncDispose]: async () => {
      await stop(service)
      await rm(folder, { recursive: true })
    },
  }
}
