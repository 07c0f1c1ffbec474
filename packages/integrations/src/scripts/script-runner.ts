import { mkdir, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError, type Clock, type Json, raceSignal } from '@opensovd/base'
import type { Script, ScriptRunner, ScriptTask } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { linesOf } from './lines.ts'
import { messageFrom, type ToScript } from './messages.ts'
import {
  checkCommand,
  type Isolation,
  missingTools,
  probeCommand,
  type SandboxOptions,
  scriptCommand,
  WORK_FOLDER,
} from './sandbox.ts'
import { type ProcessLimits, refused, ScriptProcess } from './script-process.ts'

export interface ScriptRunnerOptions {
  readonly clock: Clock
  /** A folder for its own use; made when it is not there. */
  readonly path: string
  readonly pathOf: (script: Script) => string
  readonly isolation: Isolation
  /** Bytes of the JavaScript heap of one script. */
  readonly memoryBytes: number
  /** After which a script has used too much of the processor, also when nobody is there to end it. */
  readonly cpuSeconds: number
}

/** Node takes so much before a script has anything. */
const NODE_RESIDENT_BYTES = 160_000_000
const MAX_OUTPUT_BYTES = 64 * 1024
/** A call, or a result. */
const MAX_LINE_BYTES = 1024 * 1024
const MAX_CALLS = 100_000
/** Calls of one script at a time; further ones are read later. */
const MAX_PENDING = 8
const CHECK_TIMEOUT_MS = 10_000

/**
 * Prepares to run scripts, each in a process of its own.
 * @throws AppError `sandbox-unavailable` when the machine cannot isolate them as wanted
 */
export async function openScriptRunner(options: ScriptRunnerOptions): Promise<ScriptRunner> {
  const { clock, path, pathOf, isolation, memoryBytes } = options
  const rootPath = join(resolve(path), 'root')
  const sandbox: SandboxOptions = { ...options, rootPath }
  const limits = {
    clock,
    residentBytes: memoryBytes + NODE_RESIDENT_BYTES,
    outputBytes: MAX_OUTPUT_BYTES,
  }
  await mkdir(rootPath, { recursive: true, mode: 0o700 })
  await requireSandbox(sandbox, limits)
  let checked: Promise<unknown> = Promise.resolve()
  const workFolder = isolation === 'namespaces' ? { workFolder: WORK_FOLDER } : {}
  return {
    check: (script, signal) => {
      // One after the other: clients cannot have as many processes as they send scripts.
      const turn = checked.then(async () => check(sandbox, limits, await realpath(pathOf(script)), signal))
      checked = turn.catch(() => {})
      return turn
    },
    run: async (task, signal) => {
      const scriptPath = await realpath(pathOf(task.script))
      const { entity } = task.script
      const child = new ScriptProcess(scriptCommand(sandbox, scriptPath), limits, (line) => task.host.log(line))
      return new Conversation(child, task).run(
        {
          kind: 'start',
          url: pathToFileURL(scriptPath).href,
          entity: { kind: entity.kind, id: entity.id },
          ...(task.parameters === undefined ? {} : { parameters: task.parameters }),
          ...workFolder,
        },
        signal,
      )
    },
  }
}

async function requireSandbox(sandbox: SandboxOptions, limits: ProcessLimits): Promise<void> {
  const missing = missingTools(sandbox.isolation)
  if (missing.length > 0) {
    throw new AppError('sandbox-unavailable', `isolation of scripts needs ${missing.join(', ')} (util-linux)`)
  }
  const child = new ScriptProcess(probeCommand(sandbox), limits, () => {})
  await child.over()
  if (child.isWell) return
  const why = child.tail.trim() === '' ? child.end : child.tail.trim()
  throw new AppError('sandbox-unavailable', `scripts cannot be isolated by '${sandbox.isolation}' here: ${why}`)
}

async function check(sandbox: SandboxOptions, limits: ProcessLimits, path: string, signal: AbortSignal): Promise<void> {
  const child = new ScriptProcess(checkCommand(sandbox, path), limits, () => {})
  const onAbort = () => child.fail(signal.reason)
  const cancel = limits.clock.after(CHECK_TIMEOUT_MS, () => child.fail(refused('it takes too long to read the script')))
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    await child.over()
  } finally {
    cancel()
    signal.removeEventListener('abort', onAbort)
  }
  if (child.isWell) return
  const complaint = /^\w*Error: .*$/m.exec(child.tail)?.[0] ?? child.end
  throw refused(`the script cannot be run: ${complaint}`)
}

/** What a script and the gateway say to each other from the start of a script to its result. */
class Conversation {
  readonly #child: ScriptProcess
  readonly #task: ScriptTask
  readonly #pending = new Set<Promise<void>>()
  readonly #end = new AbortController()
  #outcome: { readonly value?: Json } | undefined

  constructor(child: ScriptProcess, task: ScriptTask) {
    this.#child = child
    this.#task = task
  }

  /** @param signal ends it at once */
  async run(start: ToScript, signal: AbortSignal): Promise<Json | undefined> {
    const { stopping } = this.#task
    const onAbort = () => this.#child.fail(signal.reason)
    const onStop = () => void this.#tell({ kind: 'stop' })
    signal.addEventListener('abort', onAbort, { once: true })
    stopping.addEventListener('abort', onStop, { once: true })
    if (signal.aborted) onAbort()
    try {
      void this.#tell(start)
      if (stopping.aborted) onStop()
      await Promise.all([this.#listen(), this.#child.over()])
      if (!this.#outcome) throw refused(`${this.#child.end}, without a result`)
      return this.#outcome.value
    } finally {
      signal.removeEventListener('abort', onAbort)
      stopping.removeEventListener('abort', onStop)
      this.#end.abort(new Error('the script is over'))
      await Promise.all(this.#pending)
    }
  }

  async #listen(): Promise<void> {
    let calls = 0
    try {
      for await (const line of linesOf(this.#child.channel, MAX_LINE_BYTES)) {
        if (!this.#hear(line)) return
        if (++calls > MAX_CALLS) throw refused(`it called more than ${MAX_CALLS} times`)
        while (this.#pending.size >= MAX_PENDING) await Promise.race(this.#pending)
      }
    } catch (error) {
      if (error instanceof SovdError) this.#child.fail(error)
    }
  }

  /** Returns whether there may be more to hear. @throws SovdError for what makes no sense */
  #hear(line: string): boolean {
    const message = messageFrom(line)
    switch (message?.kind) {
      case 'call':
        this.#call(message.call, message.method, message.args)
        return true
      case 'log':
        this.#child.count(line.length)
        this.#task.host.log(message.message)
        return true
      case 'result':
        this.#outcome = message
        this.#child.kill()
        return false
      case 'error':
        throw refused(message.message)
      case undefined:
        throw refused('it said what makes no sense to the gateway')
    }
  }

  #call(call: number, method: string, args: readonly Json[]): void {
    const answered = this.#answerTo(call, method, args).then((answer) => this.#tell(answer))
    const pending = answered.finally(() => this.#pending.delete(pending))
    this.#pending.add(pending)
  }

  async #answerTo(call: number, method: string, args: readonly Json[]): Promise<ToScript> {
    try {
      const value = await raceSignal(this.#task.host.call(method, args, this.#end.signal), this.#end.signal)
      return { kind: 'answer', call, ...(value === undefined ? {} : { value }) }
    } catch (error) {
      if (error instanceof SovdError) return { kind: 'refusal', call, code: error.code, message: error.message }
      return { kind: 'refusal', call, code: 'internal-error', message: 'the call failed' }
    }
  }

  /** Resolves when it is written, or can no longer be. */
  #tell(message: ToScript): Promise<void> {
    const { channel } = this.#child
    if (channel.destroyed) return Promise.resolve()
    return new Promise((resolve) => channel.write(`${JSON.stringify(message)}\n`, () => resolve()))
  }
}
