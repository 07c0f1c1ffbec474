import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { Duplex, type Readable } from 'node:stream'
import { type Clock, messageOf } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { residentBytes } from './resident-bytes.ts'
import type { Command } from './sandbox.ts'

export interface ProcessLimits {
  readonly clock: Clock
  /** Of all its memory, with that of Node itself. */
  readonly residentBytes: number
  /** Of what it writes to its standard outputs, and has to say besides. */
  readonly outputBytes: number
}

/** How often the memory of a process is looked at. */
const LOOK_MS = 100
/** Of its error output, what is told when it ends badly. */
const MAX_TAIL = 4096

const WELL = 'it ended with status 0'

type Child = ChildProcessByStdio<null, Readable, Readable>

/** A process with its group and nothing of our environment. It is over when nothing of the group is left. */
export class ScriptProcess {
  /** Where it talks with us. */
  readonly channel: Duplex
  readonly #child: Child
  readonly #limits: ProcessLimits
  readonly #over: Promise<void>
  #failure: Error | undefined
  #tail = ''
  #output = 0
  #isOver = false
  #exit = ''

  /** @param onOutput is told each line of its standard outputs */
  constructor(command: Command, limits: ProcessLimits, onOutput: (line: string) => void) {
    this.#limits = limits
    this.#child = spawn(command.file, command.args, {
      cwd: '/',
      env: {},
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    }) as Child
    const channel: unknown = this.#child.stdio[3]
    this.channel = channel instanceof Duplex ? channel : Duplex.from([])
    // Its end is that of the process, which is told.
    this.channel.on('error', () => {})
    this.#child.stdout.on('data', (bytes: Buffer) => this.#onOutput(bytes, onOutput))
    this.#child.stderr.on('data', (bytes: Buffer) => {
      this.#tail = (this.#tail + bytes.toString()).slice(-MAX_TAIL)
      this.#onOutput(bytes, onOutput)
    })
    this.#over = this.#end()
    this.#watchMemory()
  }

  /** Ends it at once; the first reason counts. */
  fail(reason: Error): void {
    this.#failure ??= reason
    this.kill()
  }

  kill(): void {
    const { pid } = this.#child
    if (this.#isOver || pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It ended by itself just now.
    }
  }

  /** Counts what it has to say. */
  count(bytes: number): void {
    this.#output += bytes
    const { outputBytes } = this.#limits
    if (this.#output > outputBytes) this.fail(refused(`it wrote more than ${outputBytes} bytes`))
  }

  /** Resolves when nothing of it is left. @throws what it failed with */
  async over(): Promise<void> {
    await this.#over
    if (this.#failure) throw this.#failure
  }

  /** Whether it is over and says that all went well. */
  get isWell(): boolean {
    return this.#exit === WELL
  }

  /** How it ended, for people. */
  get end(): string {
    if (this.#tail.includes('heap out of memory')) return 'it needed more memory than it may'
    return this.#exit
  }

  /** The last of its error output. */
  get tail(): string {
    return this.#tail
  }

  #onOutput(bytes: Buffer, onOutput: (line: string) => void): void {
    this.count(bytes.length)
    if (this.#failure) return
    for (const line of bytes.toString().split('\n')) if (line.trim() !== '') onOutput(line)
  }

  #end(): Promise<void> {
    return new Promise((resolve) => {
      const over = (how: string) => {
        this.#isOver = true
        this.#exit = how
        this.channel.destroy()
        resolve()
      }
      this.#child.once('error', (error) => {
        if (this.#child.pid !== undefined) return
        this.#failure ??= new SovdError('unavailable', `no script can be run: ${messageOf(error)}`, { cause: error })
        over('it did not start')
      })
      this.#child.once('close', (code, signal) => over(`it ended with ${signal ?? `status ${code}`}`))
      // What it started could keep its outputs open.
      this.#child.once('exit', () => this.kill())
    })
  }

  #watchMemory(): void {
    const { clock, residentBytes: max } = this.#limits
    const { pid } = this.#child
    clock.after(LOOK_MS, () => {
      if (this.#isOver || pid === undefined) return
      if (residentBytes(pid) > max) this.fail(refused('it needed more memory than it may'))
      else this.#watchMemory()
    })
  }
}

/** The failure of a script by its own fault. */
export function refused(message: string): SovdError {
  return new SovdError('unprocessable-content', message)
}
