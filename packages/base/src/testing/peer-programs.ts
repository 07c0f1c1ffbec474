import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** The Python that has the peers installed. */
export const PYTHON = process.env.PEERS_PYTHON ?? 'python3'
const PEER_MS = 60_000

/**
 * The reason to skip tests that need a program, or false when it runs with these arguments.
 * @throws Error instead of skipping when REQUIRE_PEERS is 1
 */
export function missingProgram(program: string, ...args: readonly string[]): string | false {
  const { status, error } = spawnSync(program, args, { stdio: 'ignore', timeout: PEER_MS })
  if (status === 0) return false
  const reason = `\`${program} ${args.join(' ')}\` failed with ${error?.message ?? `status ${status}`}`
  if (process.env.REQUIRE_PEERS === '1') throw new Error(`REQUIRE_PEERS is 1, but ${reason}`)
  return reason
}

/**
 * The reason to skip tests that need Python modules, or false when they are all there.
 * @throws Error instead of skipping when REQUIRE_PEERS is 1
 */
export function missingModules(...modules: readonly string[]): string | false {
  return missingProgram(PYTHON, '-c', `import ${modules.join(', ')}`)
}

/** A running Python script; `first` is the JSON of the first line it printed. */
export interface PythonPeer extends AsyncDisposable {
  readonly first: unknown
}

/**
 * Runs a script to its end and gives what it printed as JSON.
 * @throws Error with what it wrote to standard error when it fails
 */
export async function runPython(script: URL, ...args: readonly string[]): Promise<unknown> {
  const child = start(script, args)
  let output = ''
  child.stdout?.on('data', (text) => {
    output += text
  })
  const errors = stderrOf(child)
  const [code, signal] = await once(child, 'close')
  if (code !== 0) throw new Error(`${script.pathname} ended with ${code ?? signal}:\n${errors()}`)
  return JSON.parse(output)
}

/** Starts a script that serves until it is disposed, and waits for its first line. */
export async function startPython(script: URL, ...args: readonly string[]): Promise<PythonPeer> {
  const child = start(script, args)
  const errors = stderrOf(child)
  const closed = once(child, 'close')
  if (!child.stdout) throw new TypeError('the peer has no output')
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), closed.then(() => undefined)])
  if (!first) throw new Error(`${script.pathname} ended early:\n${errors()}`)
  return {
    first: JSON.parse(String(first[0])),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await closed
    },
  }
}

function start(script: URL, args: readonly string[]): ChildProcess {
  const child = spawn(PYTHON, ['-u', script.pathname, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PEER_MS,
    killSignal: 'SIGKILL',
  })
  child.stdout?.setEncoding('utf8')
  return child
}

/** What the script wrote to standard error; the end of it, in case it is a log. */
function stderrOf(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(-4000)
  })
  return () => text
}
