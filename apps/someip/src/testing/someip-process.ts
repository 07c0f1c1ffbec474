import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const MAIN = join(import.meta.dirname, '../main.ts')
const PATIENCE_MS = 15_000

/** The someip program in a process of its own. */
export class SomeIpProcess implements AsyncDisposable {
  readonly lines: string[] = []
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown[]>
  #look: () => void = () => {}

  constructor(args: readonly string[], configurationFile: string) {
    const env = { ...process.env, VSOMEIP_CONFIGURATION: configurationFile }
    const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    this.#exited = once(child, 'exit')
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line)
        this.#look()
      })
    }
  }

  /** The first line that matches; rejects with what was printed when there is none in time. */
  async line(pattern: RegExp): Promise<string> {
    const found = Promise.withResolvers<string>()
    this.#look = () => {
      const line = this.lines.find((one) => pattern.test(one))
      if (line !== undefined) found.resolve(line)
    }
    const timer = setTimeout(
      () => found.reject(new Error(`no line ${pattern} in:\n${this.lines.join('\n')}`)),
      PATIENCE_MS,
    )
    this.#look()
    try {
      return await found.promise
    } finally {
      clearTimeout(timer)
    }
  }

  /** Resolves with the exit code. */
  async ended(): Promise<unknown> {
    const [code] = await this.#exited
    return code
  }

  /** Sends SIGINT and resolves with the exit code. */
  interrupt(): Promise<unknown> {
    this.#child.kill('SIGINT')
    return this.ended()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL')
    await this.#exited
  }
}

/** A UDP port that nobody has at present. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
