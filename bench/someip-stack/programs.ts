/** Programs that are measured: what they print, and their end. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const PATIENCE_MS = 60_000

/** The first line of its output that matches. */
export async function line(child: ChildProcess, pattern: RegExp): Promise<string> {
  const printed: string[] = []
  const found = Promise.withResolvers<string>()
  const failed = (why: string) => found.reject(new Error(`${child.spawnargs.join(' ')}: ${why}\n${printed.join('\n')}`))
  const timer = setTimeout(() => failed('took too long'), PATIENCE_MS)
  child.once('error', (error) => failed(error.message))
  child.once('exit', (code) => failed(`ended with ${code}`))
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (text) => {
      if (pattern.test(text)) found.resolve(text)
      else printed.push(text)
    })
  }
  try {
    return await found.promise
  } finally {
    clearTimeout(timer)
  }
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000)
  child.kill('SIGTERM')
  await exited
  clearTimeout(timer)
}
