import { fork, spawnSync } from 'node:child_process'

export interface Child {
  /** What the process said when it was ready. */
  readonly first: unknown
  /** Lets the process do its work, and gives the result. */
  ask<T>(request?: unknown): Promise<T>
  stop(): Promise<void>
}

/** Starts a module as a process of its own, with one argument as JSON. */
export async function startChild(
  module: string,
  name: string,
  argument: unknown = {},
  options: { readonly core?: number } = {},
): Promise<Child> {
  const child = fork(module, [name, JSON.stringify(argument)])
  if (options.core !== undefined) pin(child.pid, options.core)
  child.setMaxListeners(0)
  const next = () =>
    new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve)
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    })
  const first = await next()
  return {
    first,
    ask<T>(request: unknown = {}) {
      const answer = next()
      child.send(request as object)
      return answer as Promise<T>
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await ended
    },
  }
}

/** Keeps a process on one core: without that, the system moves both ends of a connection together and apart again. */
function pin(pid: number | undefined, core: number): void {
  const { status, stderr } = spawnSync('taskset', ['-acp', String(core), String(pid)], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`taskset of util-linux is needed: ${stderr}`)
}

/** The other side: does what the module has under the name in its arguments. */
export async function serveParent(roles: Readonly<Record<string, (argument: never) => Promise<Role>>>): Promise<void> {
  const [name = '', argument = '{}'] = process.argv.slice(2)
  const role = await roles[name]?.(JSON.parse(argument) as never)
  if (!role) throw new Error(`there is no ${name}`)
  process.on('message', (request) => {
    role.run(request as never).then(
      (result) => process.send?.(result as object),
      (error) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  process.once('disconnect', () => process.exit())
  process.send?.(role.first as object)
}

export interface Role {
  readonly first: unknown
  run(request: never): Promise<unknown>
}

/** User and system time of this process so far, in microseconds. */
export function usedMicros(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return ((sorted[middle] ?? Number.NaN) + (sorted[(sorted.length - 1) >> 1] ?? Number.NaN)) / 2
}
