import type { LogFields, Logger } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { Backend, Entity } from '@opensovd/core'
import type { SovdBackendOptions } from '../options.ts'
import type { DoubleHandler } from './http-double.ts'
import { HttpDouble } from './http-double.ts'
import { testBackend } from './open-backend.ts'

export interface Warning {
  readonly message: string
  readonly fields: LogFields
}

/** A logger that keeps what is above debug. */
export class KeepingLogger implements Logger {
  readonly lines: (Warning & { readonly level: 'info' | 'warn' | 'error' })[] = []
  debug(): void {}
  info(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'info', message, fields })
  }
  warn(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'warn', message, fields })
  }
  error(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'error', message, fields })
  }
  child(): Logger {
    return this
  }
}

/** A backend and the server it looks at, on a clock that only the test moves. */
export class Running implements AsyncDisposable {
  readonly clock = new FakeClock()
  readonly log = new KeepingLogger()
  readonly server: HttpDouble
  changes = 0
  readonly #stop = new AbortController()
  #backend: Backend | undefined
  #run: Promise<void> | undefined

  constructor(handler: DoubleHandler) {
    this.server = new HttpDouble(handler)
  }

  get backend(): Backend {
    if (!this.#backend) throw new Error('open it first')
    return this.#backend
  }

  get phase(): string {
    return this.backend.snapshot.status.phase
  }

  /** Makes the backend; the server has a port from now on, though it may be down. */
  async open(options: Partial<SovdBackendOptions> = {}, isServerUp = true): Promise<this> {
    await this.server.start()
    const baseUrl = this.server.url
    if (!isServerUp) await this.server.stop()
    this.#backend = testBackend({ baseUrl, ...options }, { clock: this.clock, log: this.log })
    this.#backend.onChange(() => this.changes++)
    return this
  }

  run(): void {
    this.#run = this.backend.run(this.#stop.signal)
  }

  component(id: string): Entity | undefined {
    return this.backend.snapshot.entities.find((entity) => entity.kind === 'component' && entity.id === id)
  }

  /** Ids of the components and their states. */
  get states(): string[] {
    const components = this.backend.snapshot.entities.filter(({ kind }) => kind === 'component')
    return components.map(({ id, connectionState }) => `${id} ${connectionState}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#run
    await this.#backend?.[Symbol.asyncDispose]()
    await this.server.stop()
  }
}

/** Lets I/O go on until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settle()
}

/** Moves time on, a little at a time with room for I/O, until something is so; returns how long it took. */
export async function advanceUntil(clock: FakeClock, isSo: () => boolean, maxMs = 60_000): Promise<number> {
  const startMs = clock.monotonic()
  while (!isSo()) {
    if (clock.monotonic() - startMs > maxMs) throw new Error(`not so within ${maxMs} ms`)
    await clock.advance(50)
    // Loopback I/O needs a moment of real time.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return clock.monotonic() - startMs
}
