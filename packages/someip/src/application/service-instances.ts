import { Listeners } from '@opensovd/base'
import { hex4 } from '../routing/ids.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import type { ServiceProxy } from './service-proxy.ts'
import { isWanted, type RequestOptions } from './used-service.ts'

/** A service of which any instance will do. */
export type InstanceSearchOptions = Omit<RequestOptions, 'instanceId'>

/** A service instance that is offered. */
export interface ServiceInstance {
  readonly serviceId: number
  readonly instanceId: number
  readonly majorVersion: number
  readonly minorVersion: number
}

/** An instance came or went. */
export interface InstanceChange {
  readonly instance: ServiceInstance
  readonly isOffered: boolean
}

interface Parts {
  readonly use: (instanceId: number) => ServiceProxy
  readonly release: () => void
  readonly onFailure: (error: unknown) => void
}

/** The instances of a service that are offered, in the version that was asked for, until the search is closed. */
export class ServiceInstances implements AsyncDisposable {
  readonly options: InstanceSearchOptions
  readonly #parts: Parts
  readonly #listeners: Listeners<InstanceChange>
  readonly #closing = new AbortController()
  /** By instance id. Bounded by the services that service discovery remembers. */
  readonly #offered = new Map<number, ServiceInstance>()

  constructor(options: InstanceSearchOptions, parts: Parts) {
    this.options = options
    this.#parts = parts
    this.#listeners = new Listeners(parts.onFailure)
  }

  /** Those that are offered now. */
  get offered(): readonly ServiceInstance[] {
    return [...this.#offered.values()]
  }

  /** Called with each change from now on. Returns a function that removes the callback. */
  onChange(callback: (change: InstanceChange) => void): () => void {
    return this.#listeners.add(callback)
  }

  /** Resolves with an instance as soon as one is offered. Rejects with the signal's reason, or SomeIpError when closed. */
  async whenOffered(signal?: AbortSignal): Promise<ServiceInstance> {
    const ended = AbortSignal.any(signal === undefined ? [this.#closing.signal] : [signal, this.#closing.signal])
    ended.throwIfAborted()
    const [first] = this.#offered.values()
    if (first !== undefined) return first
    const { promise, resolve, reject } = Promise.withResolvers<ServiceInstance>()
    const stop = this.onChange(({ instance, isOffered }) => isOffered && resolve(instance))
    const onAbort = () => reject(ended.reason)
    ended.addEventListener('abort', onAbort, { once: true })
    try {
      return await promise
    } finally {
      stop()
      ended.removeEventListener('abort', onAbort)
    }
  }

  /** Uses an instance in the version that was asked for; close the proxy, too. @throws SomeIpError */
  use({ instanceId }: { readonly instanceId: number }): ServiceProxy {
    this.#closing.signal.throwIfAborted()
    return this.#parts.use(instanceId)
  }

  /** Called by the application. */
  appeared(instance: ServiceInstance): void {
    if (instance.serviceId !== this.options.serviceId || !isWanted(this.options, instance)) return
    const isKnown = this.#offered.has(instance.instanceId)
    this.#offered.set(instance.instanceId, instance)
    if (!isKnown) this.#listeners.notify({ instance, isOffered: true })
  }

  /** Called by the application. */
  vanished({ serviceId, instanceId }: Pick<ServiceInstance, 'serviceId' | 'instanceId'>): void {
    const instance = this.#offered.get(instanceId)
    if (serviceId !== this.options.serviceId || instance === undefined) return
    this.#offered.delete(instanceId)
    this.#listeners.notify({ instance, isOffered: false })
  }

  /** Ends the search; proxies of instances go on. */
  close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort(new SomeIpError('SOMEIP_CLOSED', `the search for service ${hex4(this.options.serviceId)}`))
      this.#parts.release()
    }
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
