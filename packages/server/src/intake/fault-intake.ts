import { createServer, type Server } from 'node:net'
import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import type { FaultManager } from '@opensovd/core'
import { listenLocally } from '../local-socket.ts'
import { type IntakeCounters, ReporterConnection } from './reporter-connection.ts'

export interface FaultIntakeOptions {
  /** Where the stream socket is. A socket there that nobody listens on any more is replaced. */
  readonly path: string
  /** Who may connect, as permissions of the socket file. */
  readonly mode: number
  readonly faults: FaultManager
  readonly clock: Clock
  readonly log: Logger
  readonly maxConnections?: number
}

export interface FaultIntake extends AsyncDisposable {
  readonly path: string
  readonly counters: Readonly<IntakeCounters>
  /** Cuts the reporters that are connected; what they have not been told of as taken may be lost. */
  close(): Promise<void>
}

const MAX_CONNECTIONS = 256

/**
 * Takes fault records from programs on this machine over a local stream socket, one JSON object a line.
 * @throws AppError `address-in-use`, `address-unavailable` or `listen-failed`
 */
export async function openFaultIntake(options: FaultIntakeOptions): Promise<FaultIntake> {
  const { path, mode, log, maxConnections = MAX_CONNECTIONS } = options
  const counters: IntakeCounters = { connections: 0, refused: 0, accepted: 0, rejected: 0 }
  const scope = new Scope((error) => log.error('taking faults failed', { error: messageOf(error) }))
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    counters.connections++
    socket.on('error', () => {})
    scope.run((signal) => new ReporterConnection(socket, { ...options, counters }).serve(signal))
  })
  server.maxConnections = maxConnections
  server.on('drop', () => counters.refused++)
  await listenLocally(server, path, mode)
  server.on('error', (error) => log.warn('a reporter could not connect', { error: error.message }))
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= closeIntake(server, scope)
    return closing
  }
  return { path, counters, close, [Symbol.asyncDispose]: close }
}

async function closeIntake(server: Server, scope: Scope): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  await scope.close()
  await closed
}
