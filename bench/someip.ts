/**
 * Calls and events of whole applications, two processes each, beside those of vsomeip and of Node.js sockets with nothing
 * above them, in turns. All nPDU times are 0. VSOMEIP_BENCH names a program that is built on vsomeip and understands the
 * arguments of `someip bench`; it is measured between network namespaces.
 */
import { parseArgs } from 'node:util'
import { measureCodec } from './someip-stack/codec.ts'
import { measureDiscovery } from './someip-stack/discovery.ts'
import { type Figures, NODE, OURS, type Peer, run, type Transport, vsomeip } from './someip-stack/peers.ts'
import { loopback, namespaces, type Place } from './someip-stack/places.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    calls: { type: 'string', default: '20000' },
    bytes: { type: 'string', default: '64' },
  },
})
const rounds = Number(values.rounds)
const calls = Number(values.calls)
const bytes = Number(values.bytes)
const WINDOW = 32
const EVENTS = 5
const SERVICES = 1000
const DISCOVERY_SECONDS = 10

interface Sample {
  readonly lat: Figures
  readonly win: Figures
  readonly ev: Figures
}

const program = process.env.VSOMEIP_BENCH
for (const place of await places()) {
  using open = place
  const peers = [OURS, NODE, ...(program !== undefined && open.name === 'namespaces' ? [vsomeip(program)] : [])]
  for (const transport of ['udp', 'tcp'] as const) print(open, transport, await compare(peers, open, transport))
}
console.log('\n| read from a buffer | ns | heap, bytes |\n|---|---|---|')
for (const { name, nanoseconds, heapBytes } of measureCodec()) {
  console.log(`| ${name} | ${nanoseconds.toFixed(1)} | ${heapBytes.toFixed(0)} |`)
}
using place = loopback()
const cost = await measureDiscovery(place, SERVICES, DISCOVERY_SECONDS)
console.log(`\n${SERVICES} services in the main phase of service discovery, share of a core`)
for (const [name, share] of Object.entries(cost)) console.log(`| ${name} | ${(share * 100).toFixed(2)} % |`)
if (program === undefined) console.log('\nvsomeip was not measured: VSOMEIP_BENCH names no program')

async function places(): Promise<Place[]> {
  try {
    return [loopback(), await namespaces()]
  } catch (error) {
    console.log(`only over loopback: ${error instanceof Error ? error.message : error}`)
    return [loopback()]
  }
}

async function compare(peers: readonly Peer[], place: Place, transport: Transport): Promise<Map<Peer, Sample[]>> {
  const samples = new Map<Peer, Sample[]>(peers.map((peer) => [peer, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [peer, found] of samples) {
      await using running = await run(peer, place, transport)
      const lat = await running.measure('lat', calls, bytes)
      const win = await running.measure('win', 2 * calls, bytes, WINDOW)
      found.push({ lat, win, ev: await running.measure('ev', EVENTS * calls, bytes, 0) })
    }
  }
  return samples
}

function print(place: Place, transport: Transport, samples: Map<Peer, Sample[]>): void {
  console.log(`\n${transport} over ${place.name}, ${bytes} bytes, median of ${rounds}`)
  console.log('| | p50 us | p90 us | p99 us | calls/s, 32 at a time | events/s | lost |\n|---|---|---|---|---|---|---|')
  const [ours, ...others] = [...samples].map(([peer, found]) => ({ name: peer.name, ...summary(found) }))
  for (const { name, p50, p90, p99, win, ev, lost } of [ours, ...others].filter((one) => one !== undefined)) {
    const cells = [p50, p90, p99, win, ev].map((value) => value.toFixed(0))
    console.log(`| ${[name, ...cells, lost].join(' | ')} |`)
  }
  if (ours === undefined) return
  for (const other of others) {
    const ratio = (mine: number, theirs: number) => (mine / theirs).toFixed(2)
    const shares = [ours.p50 / other.p50, ours.p90 / other.p90, ours.p99 / other.p99].map((value) => value.toFixed(2))
    const rates = [ratio(ours.win, other.win), ratio(ours.ev, other.ev)]
    console.log(`| ours / ${other.name} | ${[...shares, ...rates].join(' | ')} | |`)
  }
}

function summary(found: readonly Sample[]) {
  const of = (read: (sample: Sample) => number | undefined) => median(found.map((sample) => read(sample) ?? Number.NaN))
  return {
    p50: of(({ lat }) => lat.p50),
    p90: of(({ lat }) => lat.p90),
    p99: of(({ lat }) => lat.p99),
    win: of(({ win }) => win.perSecond),
    ev: of(({ ev }) => ev.perSecond),
    lost: found.reduce((sum, { lat, win, ev }) => sum + lat.lost + win.lost + ev.lost, 0),
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
