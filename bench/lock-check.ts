import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Entity, MemoryBackend, openDiagnostics } from '@opensovd/core'

const COMPONENTS = 1000
const LOCKED = 500
const CHECKS = 200_000

function component(index: number): Entity {
  return { kind: 'component', id: `ecu-${index}`, name: 'ECU', connectionState: 'connected', facets: {} }
}

let ids = 0
const backend = new MemoryBackend(
  'memory',
  Array.from({ length: COMPONENTS }, (_, index) => component(index)),
)
await using diagnostics = openDiagnostics({
  clock: systemClock,
  log: silentLogger,
  createId: () => String(++ids),
  backends: [backend],
  locks: { maxLocks: COMPONENTS },
})
const { locks } = diagnostics

function nanosecondsOf(what: () => void): number {
  const started = process.hrtime.bigint()
  for (let count = 0; count < CHECKS; count++) what()
  return Number(process.hrtime.bigint() - started) / CHECKS
}

/** Of several runs the median, in nanoseconds. */
function measure(what: () => void): number {
  const runs = Array.from({ length: 9 }, () => nanosecondsOf(what)).toSorted((a, b) => a - b)
  return runs[4] ?? 0
}

const ann = { subject: 'ann' }
let at = 0
const check = () => locks.requireUnlocked({ kind: 'component', id: `ecu-${at++ % LOCKED}` }, 'data', ann)

const unlocked = measure(check)
for (let index = 0; index < LOCKED; index++) {
  locks.acquire({ kind: 'component', id: `ecu-${index}` }, ann, {})
}
const own = measure(check)
console.log(`nothing locked: ${unlocked.toFixed(0)} ns a check`)
console.log(`the caller's own lock, of ${LOCKED} on ${COMPONENTS} components: ${own.toFixed(0)} ns a check (goal 2000)`)
