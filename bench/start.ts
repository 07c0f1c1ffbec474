/** How long programs take from their start to the line that says they are ready, beside a bare Node process. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const bin = join(import.meta.dirname, '../node_modules/.bin')
const RUNS = 10

const programs: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ['bare node', join(bin, 'node'), ['-e', 'console.log("ready"); setTimeout(() => {}, 60000)']],
  ['sovd serve', join(bin, 'sovd'), ['serve']],
  ['sovd demo-ecu', join(bin, 'sovd'), ['demo-ecu', '--port', '0']],
]

for (const [name, command, args] of programs) {
  await readyAfterMs(command, args)
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) times.push(await readyAfterMs(command, args))
  times.sort((a, b) => a - b)
  const [fastest = 0, median = 0, slowest = 0] = [times[0], times[RUNS / 2], times[RUNS - 1]]
  console.log(`${name.padEnd(14)} ${median.toFixed(0)} ms (${fastest.toFixed(0)} to ${slowest.toFixed(0)})`)
}

function readyAfterMs(command: string, args: readonly string[]): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(command, args, {
    env: { ...process.env, SOVD__SERVER__PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.stdout.once('data', () => {
      const elapsed = performance.now() - startedAt
      child.once('exit', () => resolve(elapsed))
      child.kill()
    })
  })
}
