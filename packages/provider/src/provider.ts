import { randomUUID } from 'node:crypto'
import { AppError, type Clock, type Logger, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Entity, MemoryBackend, openDiagnostics } from '@opensovd/core'
import { openSovdServer } from '@opensovd/server'
import { ENTITY_ID } from '@opensovd/sovd'
import manifest from '../package.json' with { type: 'json' }
import type { ProvidedEntity, ProvidedFault } from './provided.ts'
import { provideData } from './provided-data.ts'
import { ProvidedFaults } from './provided-faults.ts'
import { ProvidedOperations } from './provided-operations.ts'

export interface ProviderOptions {
  /** Path of the socket, named `*.sock`, in the folder that the gateway watches. */
  readonly socket: string
  /** Who may connect, as permissions of the socket file: the same user and group (0o660) unless told. */
  readonly mode?: number
  readonly entities: readonly ProvidedEntity[]
  /** Silent unless told. */
  readonly log?: Logger
  readonly clock?: Clock
}

/** Tells what changed in one entity. */
export interface EntityHandle {
  /** Data has new values: who watches it hears of them. Rejects with what reading them rejects with. */
  changed(...dataIds: readonly string[]): Promise<void>
  /** A fault is there, or is there with another state. */
  setFault(fault: ProvidedFault): void
  /** A fault is not there any more; it stays in the memory until it is cleared. */
  healFault(code: string): void
}

export interface Provider extends AsyncDisposable {
  /** @throws AppError `invalid-option` for an entity that is not offered */
  entity(id: string): EntityHandle
  /** Cancels what runs and takes the socket away. */
  close(): Promise<void>
}

/**
 * Offers entities of this program to the gateway on the same machine: a SOVD server on a local socket.
 * @throws AppError `invalid-option` for an entity that cannot be offered; `address-in-use`, `address-unavailable` or
 * `listen-failed` for the socket
 */
export async function openProvider(options: ProviderOptions): Promise<Provider> {
  const { socket, mode = 0o660, log = silentLogger, clock = systemClock } = options
  const offered = options.entities.map((entity) => offer(entity, log))
  const handles = new Map(offered.map(({ entity, handle }) => [entity.id, handle]))
  if (handles.size < offered.length) throw new AppError('invalid-option', 'two entities have the same id')
  await using opening = new AsyncDisposableStack()
  const backends = [
    new MemoryBackend(
      'program',
      offered.map(({ entity }) => entity),
    ),
  ]
  const diagnostics = opening.use(openDiagnostics({ clock, log, createId: randomUUID, backends }))
  for (const { operations } of offered) opening.use(operations)
  opening.use(
    await openSovdServer({
      diagnostics,
      clock,
      log,
      socketPath: socket,
      socketMode: mode,
      serverName: 'provider',
      serverVersion: manifest.version,
      description: options.entities.map(({ id }) => id).join(', '),
    }),
  )
  const opened = opening.move()
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= opened.disposeAsync()
    return closing
  }
  const entity = (id: string) => {
    const handle = handles.get(id)
    if (!handle) throw new AppError('invalid-option', `there is no entity '${id}'`)
    return handle
  }
  return { entity, close, [Symbol.asyncDispose]: close }
}

interface Offered {
  readonly entity: Entity
  readonly operations: ProvidedOperations
  readonly handle: EntityHandle
}

function offer(provided: ProvidedEntity, log: Logger): Offered {
  const { kind = 'app', id, data, operations = {}, onClearFault, ...told } = provided
  for (const each of [id, ...Object.keys(data ?? {}), ...Object.keys(operations)]) {
    if (!ENTITY_ID.test(each)) throw new AppError('invalid-option', `${JSON.stringify(each)} cannot be an id`)
  }
  const source = data && provideData(data, log)
  const runs = new ProvidedOperations(operations)
  const faults = onClearFault && new ProvidedFaults(onClearFault, log)
  const facets = {
    ...(source && { data: source.facet }),
    ...(Object.keys(operations).length > 0 && { operations: runs }),
    ...(faults && { faults }),
  }
  const needFaults = () => {
    if (!faults) throw new AppError('invalid-option', `'${id}' has no fault memory: give it onClearFault`)
    return faults
  }
  return {
    entity: { name: id, ...told, kind, id, connectionState: 'connected', facets },
    operations: runs,
    handle: {
      changed: async (...ids) => source?.changed(ids),
      setFault: (fault) => needFaults().set(fault),
      healFault: (code) => needFaults().heal(code),
    },
  }
}
