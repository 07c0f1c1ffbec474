/**
 * Records a second that the fault intake takes over its socket: the intake in a process of its own, this one sends as
 * fast as that reads. What one core can do is the number of records over the CPU time the intake took for them.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FaultManager } from '@opensovd/core'
import { openFaultIntake } from '@opensovd/server'

const ROUNDS = 5
const RECORDS = 100_000
const GOAL = 20_000

const STAGES = ['Failed', 'PreFailed', 'PrePassed', 'Passed'] as const

/** What is sent: how many ids there are, and the stage of the nth record. */
const LOADS: readonly (readonly [name: string, ids: number, stage: (n: number) => string])[] = [
  ['one fault that fails again and again', 1, () => 'Failed'],
  ['1000 faults, every record a change', 1000, (n) => STAGES[Math.floor(n / 1000) % STAGES.length] ?? 'Failed'],
  ['10 000 faults, every record a change', 10_000, (n) => STAGES[Math.floor(n / 10_000) % STAGES.length] ?? 'Failed'],
]

const [path] = process.argv.slice(2)
if (path) await serve(path)
else await measure()

/** Takes faults, and answers each message with the CPU time used so far, in microseconds. */
async function serve(at: string): Promise<void> {
  const faults = new FaultManager({ clock: systemClock, log: silentLogger, maxReportsPerSecond: 1e9 })
  await openFaultIntake({ path: at, mode: 0o600, faults, clock: systemClock, log: silentLogger })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  })
  process.on('disconnect', () => process.exit())
  process.send?.('ready')
}

async function measure(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  const at = join(directory, 'intake')
  const child = fork(import.meta.filename, [at])
  const next = async <T>() => (await once(child, 'message'))[0] as T
  await next()
  const usedMicros = () => {
    child.send('usage')
    return next<number>()
  }
  for (const [name, ids, stage] of LOADS) {
    const chunks = chunksOf(ids, stage)
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    await send(at, chunks)
    const rates: [wall: number, cpu: number][] = []
    for (let round = 0; round < ROUNDS; round++) {
      const [usedBefore, startedAt] = [await usedMicros(), performance.now()]
      await send(at, chunks)
      const elapsedMs = performance.now() - startedAt
      rates.push([RECORDS / (elapsedMs / 1000), RECORDS / (((await usedMicros()) - usedBefore) / 1e6)])
    }
    const [wall, cpu] = [median(rates.map(([rate]) => rate)), median(rates.map(([, rate]) => rate))]
    console.log(`${name}, ${Math.round(bytes / RECORDS)} bytes a record`)
    console.log(`  ${Math.round(wall)} records/s, ${Math.round(cpu)} per second of CPU, goal at least ${GOAL}`)
  }
  child.disconnect()
  rmSync(directory, { recursive: true })
}

function chunksOf(ids: number, stage: (n: number) => string): Buffer[] {
  const lines = Array.from(
    { length: RECORDS },
    (_, n) =>
      `${JSON.stringify({
        component_id: 'hvac',
        fault_id: `blower.${n % ids}`,
        source: `hvac-app-${n % 10}`,
        severity: 'Error',
        stage: stage(n),
        description: 'the blower is slower than it should be',
        environment_data: { rpm: 900 + (n % 100), voltage: 12.1 },
      })}\n`,
  )
  const chunks: Buffer[] = []
  for (let start = 0; start < lines.length; start += 100) {
    chunks.push(Buffer.from(lines.slice(start, start + 100).join('')))
  }
  return chunks
}

/** Sends all of it, and waits until the intake has dealt with it. */
async function send(at: string, chunks: readonly Buffer[]): Promise<void> {
  const socket = connect(at)
  await once(socket, 'connect')
  socket.resume()
  for (const chunk of chunks) if (!socket.write(chunk)) await once(socket, 'drain')
  socket.end()
  await once(socket, 'close')
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
