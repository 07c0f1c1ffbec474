import { type ChildProcessByStdio, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'

export const PYTHON = process.env.PEERS_PYTHON ?? 'python3'
const JUDGE_MS = 60_000
const MAX_OUTPUT_BYTES = 16_000_000

/**
 * The reason to skip tests that need Python modules, or false when they are all there.
 * @throws Error instead of skipping when REQUIRE_PEERS is 1
 */
export function missingModules(...modules: readonly string[]): string | false {
  return missing(PYTHON, ['-c', `import ${modules.join(', ')}`])
}

/**
 * The reason to skip tests that need tshark, or false when it runs.
 * @throws Error instead of skipping when REQUIRE_PEERS is 1
 */
export function missingTshark(): string | false {
  return missing('tshark', ['--version'])
}

/** Runs a Python script with `input` as JSON on its standard input, and gives what it printed as JSON. */
export function askPython(script: URL, input: unknown): unknown {
  return JSON.parse(run(PYTHON, [script.pathname], JSON.stringify(input)))
}

/** Runs a Python script that talks to us meanwhile, and gives what it printed as JSON. */
export async function runPython(script: URL, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(PYTHON, [script.pathname, ...args], { timeout: JUDGE_MS })
  return JSON.parse(stdout)
}

/** Starts a Python script that talks to us until its standard input ends. */
export function startPython(script: URL, ...args: readonly string[]): ChildProcessByStdio<Writable, null, null> {
  return spawn(PYTHON, [script.pathname, ...args], { stdio: ['pipe', 'ignore', 'ignore'] })
}

/** What tshark prints as JSON for a capture. */
export function askTshark(capture: Uint8Array, ...args: readonly string[]): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'someip-'))
  try {
    const file = join(folder, 'capture.pcap')
    writeFileSync(file, capture)
    return readCapture(file, ...args)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What tshark prints as JSON for a file that it or another program wrote. */
export function readCapture(file: string, ...args: readonly string[]): unknown {
  return JSON.parse(run('tshark', ['-n', '-r', file, '-T', 'json', ...args]))
}

function missing(program: string, args: readonly string[]): string | false {
  const { status, error } = spawnSync(program, args, { stdio: 'ignore', timeout: JUDGE_MS })
  if (status === 0) return false
  const reason = `\`${program} ${args.join(' ')}\` failed with ${error?.message ?? `status ${status}`}`
  if (process.env.REQUIRE_PEERS === '1') throw new Error(`REQUIRE_PEERS is 1, but ${reason}`)
  return reason
}

function run(program: string, args: readonly string[], input = ''): string {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    input,
    timeout: JUDGE_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ended with ${status ?? signal}:\n${stderr.toString()}`)
  return stdout.toString()
}
