import { fork } from 'node:child_process'
import { join } from 'node:path'

export type TargetName = 'fastify' | 'memory' | 'hop' | 'gateway'

export interface Usage {
  readonly cpuMicros: number
  readonly residentMiB: number
}

export interface Target {
  readonly origin: string
  readonly path: string
  usage(): Promise<Usage>
  stop(): Promise<void>
}

/** Starts what is measured in a process of its own. */
export async function startTarget(name: TargetName): Promise<Target> {
  const child = fork(join(import.meta.dirname, 'serve.ts'), [name])
  child.setMaxListeners(0)
  const next = <T>() =>
    new Promise<T>((resolve, reject) => {
      child.once('message', (message) => resolve(message as T))
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    })
  const { origin, path } = await next<{ origin: string; path: string }>()
  return {
    origin,
    path,
    usage() {
      const usage = next<Usage>()
      child.send('usage')
      return usage
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await ended
    },
  }
}
