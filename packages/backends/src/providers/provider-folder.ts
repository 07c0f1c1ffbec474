import { type FSWatcher, watch } from 'node:fs'
import { type Logger, messageOf, Scope } from '@opensovd/base'
import type { Backend, BackendSnapshot, BackendStatus } from '@opensovd/core'
import { Alarm } from '../alarm.ts'
import type { BackendDependencies } from '../dependencies.ts'
import { PublishedSnapshot } from '../published-snapshot.ts'
import { Complaints } from '../sovd/complaints.ts'
import { SovdBackend } from '../sovd/sovd-backend.ts'
import { type FoundSocket, findSockets } from './sockets.ts'

export interface ProviderFolderOptions {
  /** Programs put their sockets here, named `*.sock`. Who may write to it may provide. */
  readonly path: string
  /** Sockets of other users are left alone. */
  readonly allowedUids: readonly number[]
  /** Sockets beyond this many, by name, are left alone. */
  readonly maxProviders: number
  /** For each request to a provider. */
  readonly timeoutMs: number
}

/** The folder is looked at after each change that the system tells of, and this often in case it does not. */
const LOOK_MS = 2000
const SHORTEST_PAUSE_MS = 50
/** How often a provider is asked what it has. */
const REFRESH_MS = 1000
const MAX_CONCURRENCY = 32

const UP: BackendStatus = { phase: 'up' }

interface Provider {
  readonly backend: SovdBackend
  close(): Promise<void>
}

/**
 * The programs of this machine that offer diagnostics, each a small SOVD server on a socket in one folder. What a
 * program offers comes when its socket answers, and goes when it does not, or is gone.
 */
export class ProviderFolder implements Backend {
  readonly name = 'providers'
  readonly #options: ProviderFolderOptions
  readonly #deps: BackendDependencies
  readonly #log: Logger
  readonly #complaints: Complaints
  readonly #alarm = new Alarm()
  readonly #published: PublishedSnapshot
  readonly #providers = new Map<string, Provider>()
  #status: BackendStatus = { phase: 'untried' }

  constructor(options: ProviderFolderOptions, deps: BackendDependencies) {
    this.#options = options
    this.#deps = deps
    this.#log = deps.log.child({ backend: this.name })
    this.#complaints = new Complaints(this.#log)
    this.#published = new PublishedSnapshot(this.#log)
  }

  get snapshot(): BackendSnapshot {
    return this.#published.current
  }

  onChange(listener: () => void): () => void {
    return this.#published.onChange(listener)
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const watcher = this.#watch()
      try {
        await this.#look()
        await this.#alarm.pause(this.#deps.clock, SHORTEST_PAUSE_MS, LOOK_MS, signal)
      } catch (error) {
        if (!signal.aborted) throw error
      } finally {
        watcher?.close()
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const providers = [...this.#providers.values()]
    this.#providers.clear()
    await Promise.all(providers.map((provider) => provider.close()))
  }

  /** Undefined where the system cannot watch; the next look comes all the same. */
  #watch(): FSWatcher | undefined {
    try {
      const watcher = watch(this.#options.path, { persistent: false }, () => this.#alarm.ring())
      watcher.on('error', () => {})
      return watcher
    } catch {
      return undefined
    }
  }

  async #look(): Promise<void> {
    const { path } = this.#options
    try {
      this.#follow(await findSockets(path))
      this.#status = UP
    } catch (error) {
      this.#follow([])
      if (this.#status.phase !== 'down') {
        const message = `${path} cannot be read: ${messageOf(error)}`
        this.#log.warn('providers cannot be found', { message })
        this.#status = { phase: 'down', code: 'unavailable', message }
      }
    }
    this.#publish()
  }

  #follow(sockets: readonly FoundSocket[]): void {
    const served = sockets.filter((socket) => this.#isAllowed(socket)).slice(0, this.#options.maxProviders)
    if (served.length === this.#options.maxProviders) this.#tellIfMore(sockets)
    const names = new Set(served.map(({ name }) => name))
    for (const [name, provider] of this.#providers) {
      if (names.has(name)) continue
      this.#providers.delete(name)
      this.#log.info('a provider is gone', { provider: name })
      provider.close().catch((error: unknown) => this.#log.warn('closing failed', { error: messageOf(error) }))
    }
    for (const socket of served) if (!this.#providers.has(socket.name)) this.#open(socket)
  }

  #isAllowed({ name, uid }: FoundSocket): boolean {
    if (this.#options.allowedUids.includes(uid)) return true
    this.#complaints.make('a socket is left alone: its owner may not provide', `${name} ${uid}`, {
      provider: name,
      uid,
    })
    return false
  }

  #tellIfMore(sockets: readonly FoundSocket[]): void {
    const { maxProviders: served } = this.#options
    if (sockets.length > served) this.#complaints.make('there are more sockets than are served', 'more', { served })
  }

  #open({ name, path }: FoundSocket): void {
    const { timeoutMs } = this.#options
    const backend = new SovdBackend(
      {
        name: `${this.name}/${name}`,
        baseUrl: `unix:${path}`,
        apiPrefix: '/sovd/v1',
        dialect: 'native',
        timeoutMs,
        refreshMs: REFRESH_MS,
        maxConcurrency: MAX_CONCURRENCY,
        componentIds: [],
      },
      this.#deps,
    )
    const scope = new Scope((error) =>
      this.#log.error('a provider failed', { provider: name, error: messageOf(error) }),
    )
    scope.adopt(backend)
    const forget = backend.onChange(() => this.#publish())
    scope.run((signal) => backend.run(signal))
    this.#providers.set(name, {
      backend,
      close: () => {
        forget()
        return scope.close()
      },
    })
  }

  #publish(): void {
    const up = [...this.#providers.values()].filter(({ backend }) => backend.snapshot.status.phase === 'up')
    this.#published.publish(
      this.#status,
      up.flatMap(({ backend }) => backend.snapshot.entities),
    )
  }
}
