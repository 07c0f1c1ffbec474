/**
 * UDS over DoIP, everything over loopback and in processes of its own: `reads` what a read through the gateway costs
 * beside bare sockets, `flash` how fast an ECU is programmed beside a bare copy, `poll` many ECUs. All when left out.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'
import { type Child, median, startChild } from './uds/child.ts'
import { type Paced, paced } from './uds/paced.ts'

const ROLES = join(import.meta.dirname, 'uds/roles.ts')
const ECUS = 16
const READS: Paced = { rate: 2000, seconds: 2, window: ECUS }
const ROUNDS = 5
/** Of programming and copy, which take turns; short ones, so that whatever else the machine does hits both. */
const FLASH = { rounds: 41, warmUpBlocks: 6000, blocks: 1500, maxBytes: 8 * 1024 * 1024 }
/** Service and counter, and what DoIP puts in front of them. */
const OVERHEAD = { block: 2, message: 12 }

interface Cost {
  readonly count: number
  readonly seconds: number
  readonly cpuMicros: number
}

const parts: Readonly<Record<string, () => Promise<void>>> = { reads, flash, poll }
const [wanted] = process.argv.slice(2)
for (const [name, part] of Object.entries(parts)) if (wanted === undefined || wanted === name) await part()
process.exit()

async function reads(): Promise<void> {
  const simulator = await startChild(ROLES, 'simulator', { gateways: 3, ecus: ECUS })
  const [one = 0, two = 0, three = 0] = simulator.first as number[]
  const gateway = await startChild(ROLES, 'gateway', { port: one, ecus: ECUS })
  const bare = await startChild(ROLES, 'raw', { port: two, ecus: ECUS })
  const ours = await startChild(ROLES, 'client', { ports: [three], ecus: ECUS })
  const sides = [
    ['bare sockets', async () => perRead(await bare.ask<Cost>(READS))],
    ['our client', async () => perRead(await ours.ask<Cost>(READS))],
    ['HTTP and gateway', () => readThrough(gateway)],
  ] as const
  for (const [, measure] of sides) await measure()
  const rounds: number[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const micros: number[] = []
    for (const [, measure] of sides) micros.push(await measure())
    rounds.push(micros)
  }
  for (const [at, [name]] of sides.entries()) {
    console.log(`read of a DID, ${name.padEnd(18)} ${range(rounds.map((micros) => micros[at] ?? 0))} us CPU`)
  }
  const added = rounds.map(([raw = 0, , through = 0]) => through - raw)
  console.log(`added by HTTP and gateway          ${range(added)} us CPU`)
  for (const child of [gateway, bare, ours, simulator]) await child.stop()
}

async function readThrough(gateway: Child): Promise<number> {
  const origin = String(gateway.first)
  const pool = new Pool(origin, { connections: ECUS, pipelining: 1 })
  const get = async (at: number) => {
    const path = `/sovd/v1/components/e${at % ECUS}/data/vin`
    const { statusCode, body } = await pool.request({ method: 'GET', path })
    const text = await body.text()
    if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${text}`)
  }
  const before = await gateway.ask<number>()
  const { count } = await paced(READS, get)
  const after = await gateway.ask<number>()
  await pool.close()
  return (after - before) / count
}

/** The ends of a connection on cores of their own, as a tester and an ECU are, and on the same one. */
async function flash(): Promise<void> {
  const places = availableParallelism() > 1 ? [[0, 1] as const, [0, 0] as const] : [[0, 0] as const]
  for (const place of places) for (const payload of [0x400, 0x1000, 0x4000, 0xfff2]) await flashBlocks(payload, place)
}

async function flashBlocks(payload: number, [near, far]: readonly [near: number, far: number]): Promise<void> {
  const maxBlockLength = payload + OVERHEAD.block
  const blockBytes = maxBlockLength + OVERHEAD.message
  const simulator = await startChild(ROLES, 'simulator', { gateways: 1, ecus: 1, maxBlockLength }, { core: far })
  const [port = 0] = simulator.first as number[]
  const flasher = await startChild(ROLES, 'flasher', { port }, { core: near })
  const sink = await startChild(ROLES, 'sink', { blockBytes }, { core: far })
  const copier = await startChild(ROLES, 'copier', { ...(sink.first as object), blockBytes }, { core: near })
  const blocks = Math.min(FLASH.blocks, Math.floor(FLASH.maxBytes / payload))
  /** Of the data alone. */
  const speed = async (child: Child, length: number) => {
    const { seconds } = await child.ask<{ seconds: number }>({ bytes: blocks * length })
    return (blocks * payload) / 2 ** 20 / seconds
  }
  const pairs: [bare: number, ours: number][] = []
  for (let round = -Math.ceil(FLASH.warmUpBlocks / blocks); round < FLASH.rounds; round++) {
    const pair: [number, number] = [await speed(copier, blockBytes), await speed(flasher, payload)]
    if (round >= 0) pairs.push(pair)
  }
  const [bare = 0, ours = 0] = [0, 1].map((at) => median(pairs.map((pair) => pair[at] ?? 0)))
  const ratios = pairs.map(([a, b]) => (100 * b) / a)
  console.log(
    `${near === far ? 'one core' : 'two cores'}, blocks of ${payload}: copy ${bare.toFixed(1)} MiB/s, ` +
      `programming ${ours.toFixed(1)} MiB/s, ${median(ratios).toFixed(0)} %, ` +
      `middle half of the rounds ${middleHalf(ratios)} %`,
  )
  for (const child of [copier, flasher, sink, simulator]) await child.stop()
}

async function poll(): Promise<void> {
  const [gateways, ecus, hertz] = [10, 100, 10]
  const simulator = await startChild(ROLES, 'simulator', { gateways, ecus })
  const client = await startChild(ROLES, 'client', { ports: simulator.first, ecus })
  const request: Paced = { rate: gateways * ecus * hertz, seconds: 5, window: gateways * ecus }
  await client.ask({ ...request, seconds: 1 })
  for (let round = 0; round < 3; round++) {
    const before = await simulator.ask<number>()
    const { count, seconds, cpuMicros } = await client.ask<Cost>(request)
    const simulated = (await simulator.ask<number>()) - before
    const share = (100 * cpuMicros) / (seconds * 1e6)
    console.log(
      `${gateways * ecus} ECUs: ${(count / seconds / gateways / ecus).toFixed(1)} Hz, ` +
        `${share.toFixed(0)} % of a core, ${(cpuMicros / count).toFixed(0)} us a read; ` +
        `the simulator ${(simulated / count).toFixed(0)} us`,
    )
  }
  for (const child of [client, simulator]) await child.stop()
}

function perRead({ cpuMicros, count }: Cost): number {
  return cpuMicros / count
}

function middleHalf(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b)
  const [low = 0, high = 0] = [0.25, 0.75].map((part) => sorted[Math.floor(part * sorted.length)])
  return `${low.toFixed(0)} to ${high.toFixed(0)}`
}

function range(values: readonly number[]): string {
  return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`
}
