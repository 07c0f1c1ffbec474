import { randomUUID } from 'node:crypto'
import { openDiagnostics } from '@opensovd/core'
import { openSovdServer } from '@opensovd/server'
import manifest from '../package.json' with { type: 'json' }
import { createDemoBackend, type DemoBackendOptions } from './demo-backend.ts'

export interface DemoEcuOptions extends DemoBackendOptions {
  /** 127.0.0.1 if absent. */
  readonly host?: string
  /** 3001 if absent; 0 takes any free port. */
  readonly port?: number
}

export interface DemoEcu extends AsyncDisposable {
  /** Without a path: the contract is below `/sovd/v1`. */
  readonly url: string
  /** Answers what is in flight, then stops serving and simulating. */
  close(): Promise<void>
}

/**
 * Serves the simulated `bms` and `climate` over HTTP until it is closed.
 * @throws AppError when it cannot listen, as `openSovdServer` does
 */
export async function openDemoEcu(options: DemoEcuOptions): Promise<DemoEcu> {
  const { clock, log, host = '127.0.0.1', port = 3001 } = options
  await using opening = new AsyncDisposableStack()
  const backends = [createDemoBackend(options)]
  const diagnostics = opening.use(openDiagnostics({ clock, log, createId: randomUUID, backends }))
  const server = opening.use(
    await openSovdServer({
      diagnostics,
      clock,
      log,
      host,
      port,
      serverName: 'demo-ecu',
      serverVersion: manifest.version,
      description: manifest.description,
    }),
  )
  const opened = opening.move()
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= opened.disposeAsync()
    return closing
  }
  return { url: server.url, close, [Symbol.asyncDispose]: close }
}
