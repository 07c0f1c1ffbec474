import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A directory for the time of a test. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'faults-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export interface Intake extends AsyncDisposable {
  /** Fault ids as they came, over all connections. */
  readonly received: readonly string[]
  readonly connections: number
  /** Answers a line on the present connection. */
  answer(text: string): void
  /** Cuts the present connection. */
  cut(): void
}

/** Listens as a gateway does, and answers only what the test tells it to. */
export async function openIntake(path: string): Promise<Intake> {
  const received: string[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    let rest = ''
    socket.on('error', () => {})
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) received.push(JSON.parse(line).fault_id)
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    received,
    get connections() {
      return sockets.length
    },
    answer: (text) => void sockets.at(-1)?.write(`${text}\n`),
    cut: () => void sockets.at(-1)?.destroy(),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Waits until something holds that depends on a socket; `meanwhile` is done between two looks. */
export async function until(holds: () => boolean, meanwhile: () => unknown = () => {}): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (holds()) return
    await meanwhile()
    await sleep(5)
  }
  throw new Error(`it never came to hold: ${holds}`)
}
