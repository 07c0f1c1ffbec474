/**
 * Exports a million records of the fault history through the whole server, and says how long it took and what memory
 * it needed beyond what the server had before. `node bench/fault-history.ts [records]`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openDiagnostics, type PastFault } from '@opensovd/core'
import { FileFaultHistory, openSovdServer } from '@opensovd/server'

const RECORDS = Number(process.argv[2] ?? 1_000_000)
const BATCH = 10_000
const MB = 1024 * 1024

const folder = await mkdtemp(join(tmpdir(), 'fault-history-'))
try {
  const history = await FileFaultHistory.open({
    folder,
    clock: systemClock,
    log: silentLogger,
    maxBytes: 1024 * MB,
    maxAgeMs: Number.POSITIVE_INFINITY,
  })
  const writtenAtMs = systemClock.monotonic()
  for (let n = 0; n < RECORDS; n += BATCH) {
    for (let each = n; each < Math.min(n + BATCH, RECORDS); each++) history.append(record(each))
    await history.flush()
  }
  print(`wrote ${RECORDS} records in ${seconds(systemClock.monotonic() - writtenAtMs)}`)
  await exportAll(history)
  await history[Symbol.asyncDispose]()
} finally {
  await rm(folder, { recursive: true })
}

async function exportAll(faultHistory: FileFaultHistory): Promise<void> {
  const clock = systemClock
  const diagnostics = openDiagnostics({ clock, log: silentLogger, createId: () => 'x', backends: [], faultHistory })
  const server = await openSovdServer({
    diagnostics,
    clock,
    log: silentLogger,
    host: '127.0.0.1',
    port: 0,
    serverName: 'bench',
    serverVersion: '0',
    description: '',
  })
  const before = process.memoryUsage.rss()
  const startedAtMs = clock.monotonic()
  const { lines, bytes, highest } = await download(`${server.url}/sovd/v1/export/faults?from=0`)
  print(`exported ${lines - 1} records, ${Math.round(bytes / MB)} MB, in ${seconds(clock.monotonic() - startedAtMs)}`)
  print(`resident before ${Math.round(before / MB)} MB, at most ${Math.round(highest / MB)} MB`)
  await server.close()
  await diagnostics[Symbol.asyncDispose]()
}

function download(url: string): Promise<{ lines: number; bytes: number; highest: number }> {
  return new Promise((resolve, reject) => {
    let [lines, bytes, highest] = [0, 0, 0]
    get(url, (response) => {
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
        highest = Math.max(highest, process.memoryUsage.rss())
      })
      response.on('end', () => resolve({ lines, bytes, highest }))
      response.on('error', reject)
    }).on('error', reject)
  })
}

function record(n: number): PastFault {
  return {
    atMs: 1_700_000_000_000 + n,
    event: n % 2 === 0 ? 'raised' : 'changed',
    fault: {
      componentId: `ecu-${n % 100}`,
      faultId: `fault.${n % 5000}`,
      source: 'bench',
      severity: 'Error',
      description: 'something is not as it should be',
      phase: 'active',
      confirmed: true,
      healed: false,
      passes: 0,
      occurrences: 1,
      firstSeenAtMs: 1_700_000_000_000 + n,
      lastSeenAtMs: 1_700_000_000_000 + n,
      agedCycles: 0,
      failedThisCycle: true,
      testedThisCycle: true,
    },
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
