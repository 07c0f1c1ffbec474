import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A directory for the time of a test. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'faults-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export interface Reporter extends Disposable {
  readonly socket: Socket
  /** What the intake answered so far, parsed. */
  readonly answers: readonly unknown[]
  write(data: string | Uint8Array): void
}

/** Connects to an intake as a program without a library would. */
export async function connectReporter(path: string): Promise<Reporter> {
  const socket = connect(path)
  const answers: unknown[] = []
  let rest = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) answers.push(JSON.parse(line))
  })
  socket.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return { socket, answers, write: (data) => void socket.write(data), [Symbol.dispose]: () => void socket.destroy() }
}

/** Waits until something holds that depends on a socket. */
export async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (holds()) return
    await sleep(5)
  }
  throw new Error(`it never came to hold: ${holds}`)
}
