/** What service discovery costs in the main phase, where all offers are repeated once a second. */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { configuration, type ServiceEntry } from './configuration.ts'
import type { End, Place } from './places.ts'
import { line, stop } from './programs.ts'

const ANNOUNCE = fileURLToPath(new URL('announce.ts', import.meta.url))
const FIRST_SERVICE = 0x2000
const PORT = '30509'

/** Shares of one core. */
export interface DiscoveryCost {
  /** Of a process that offers the services. */
  readonly offering: number
  /** Of one that uses nothing, and of one that requests all of them. */
  readonly ignoring: number
  readonly hearing: number
}

export async function measureDiscovery(place: Place, count: number, seconds: number): Promise<DiscoveryCost> {
  const folder = await mkdtemp(join(tmpdir(), 'someip-bench-'))
  const services = Array.from({ length: count }, (_, index) => entry(FIRST_SERVICE + index))
  const start = async (end: End, name: string, role: string, requested: number) => {
    const file = join(folder, `${name}.json`)
    await writeFile(file, JSON.stringify(configuration(place, end, name, services)))
    const environment = { VSOMEIP_CONFIGURATION: file, VSOMEIP_APPLICATION_NAME: name }
    const child = end.start([process.execPath, ANNOUNCE, role, `${requested}`], environment)
    await line(child, /^ready/)
    return child
  }
  const provider = await start(place.service, 'service-sample', 'offer', count)
  try {
    const offering = await share(provider, seconds)
    const shares: number[] = []
    for (const requested of [0, count]) {
      const consumer = await start(place.client, 'client-sample', 'hear', requested)
      shares.push(await share(consumer, seconds))
      await stop(consumer)
    }
    const [ignoring = Number.NaN, hearing = Number.NaN] = shares
    return { offering, ignoring, hearing }
  } finally {
    await stop(provider)
    await rm(folder, { recursive: true })
  }
}

function entry(serviceId: number): ServiceEntry {
  return { service: `0x${serviceId.toString(16)}`, instance: '0x1', unreliable: PORT }
}

/** The CPU time of a process in some seconds, as a share of one core. */
async function share(child: ChildProcess, seconds: number): Promise<number> {
  const before = await cpuMicros(child)
  await sleep(seconds * 1000)
  return ((await cpuMicros(child)) - before) / (seconds * 1e6)
}

async function cpuMicros(child: ChildProcess): Promise<number> {
  const answer = line(child, /^\d+$/)
  child.stdin?.write('\n')
  return Number(await answer)
}
