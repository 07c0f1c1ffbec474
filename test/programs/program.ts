import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The program as npm installs it. */
export const SOVD = fileURLToPath(new URL('../../node_modules/.bin/sovd', import.meta.url))

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Program {
  readonly pid: number
  readonly exited: Promise<Exit>
  readonly stdout: string
  readonly stderr: string
  /** The line that says the program is ready. Rejects when it ends before. */
  ready(): Promise<string>
  kill(signal: NodeJS.Signals): void
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  /** An empty directory if absent. */
  readonly cwd?: string
}

/** Starts `sovd` with these arguments; what is left of it is killed when the test ends. */
export function start(t: TestContext, args: readonly string[], { env, cwd }: Surroundings = {}): Program {
  const child = spawn(SOVD, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: cwd ?? temporaryDirectory(t),
    env: { ...withoutSettings(), ...env },
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  const exited = new Promise<Exit>((resolve) => child.on('close', (code, signal) => resolve({ code, signal })))
  t.after(() => child.kill('SIGKILL'))
  return {
    pid: pidOf(child),
    exited,
    get stdout() {
      return output.stdout
    },
    get stderr() {
      return output.stderr
    },
    ready: () => readyLine(output, exited),
    kill: (signal) => child.kill(signal),
  }
}

/** Runs `sovd` to its end. */
export async function run(t: TestContext, args: readonly string[], surroundings: Surroundings = {}) {
  const program = start(t, args, surroundings)
  const { code } = await program.exited
  return { code, stdout: program.stdout, stderr: program.stderr }
}

async function readyLine(output: { stdout: string; stderr: string }, exited: Promise<Exit>): Promise<string> {
  let gone: Exit | undefined
  void exited.then((exit) => {
    gone = exit
  })
  return eventually(15_000, () => {
    const found = /^ready: .*$/m.exec(output.stdout)?.[0]
    if (found === undefined && gone) throw new Error(`ended with ${JSON.stringify(gone)}: ${output.stderr}`)
    return found
  })
}

/** What `look` finds, asked again and again until it does; what it throws ends the waiting. */
export async function eventually<T>(withinMs: number, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadlineMs) throw new Error(`nothing within ${withinMs} ms`)
    await sleep(20)
  }
}

/** The first address in a line. */
export function addressIn(line: string): string {
  const [address] = /https?:\/\/[^\s,]+/.exec(line) ?? []
  if (address === undefined) throw new Error(`no address in: ${line}`)
  return address
}

export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'sovd-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export function configFile(t: TestContext, toml: string): string {
  const file = join(temporaryDirectory(t), 'gateway.toml')
  writeFileSync(file, toml)
  return file
}

/** A port that nothing listens on, for programs that are to come back on the same one. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'))
        else resolve(address.port)
      })
    })
  })
}

function withoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SOVD_')))
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the program could not be started')
  return child.pid
}
