import type { EventSubscription } from '../routing/event-subscription.ts'
import type { SubscribeOptions } from '../routing/event-subscriptions.ts'
import { formatInstance } from '../routing/ids.ts'
import type { Response } from '../routing/pending-calls.ts'
import type {
  MethodCallOptions,
  RequestedService,
  RequestedServiceIds,
  SendOptions,
} from '../routing/requested-service.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import { serviceKey } from '../sd/service-key.ts'
import type { ApplicationContext } from './context.ts'

/** A service instance, from the request until it is closed. */
export class ServiceProxy implements AsyncDisposable {
  readonly #service: RequestedService
  readonly #application: ApplicationContext
  readonly #release: () => void
  readonly #closing = new AbortController()

  constructor(service: RequestedService, application: ApplicationContext, release: () => void) {
    this.#service = service
    this.#application = application
    this.#release = release
  }

  get ids(): RequestedServiceIds {
    return this.#service.ids
  }

  get isAvailable(): boolean {
    return this.#service.availability !== undefined
  }

  /** The version that is offered; undefined while the service is not available. */
  get version(): { readonly majorVersion: number; readonly minorVersion: number } | undefined {
    return this.#service.availability
  }

  /** Called with each change from now on. Returns a function that removes the callback. */
  onAvailability(callback: (isAvailable: boolean) => void): () => void {
    return this.#service.onAvailability(callback)
  }

  /** Resolves as soon as the service is available. Rejects with the signal's reason, or SomeIpError when closed. */
  whenAvailable(signal?: AbortSignal): Promise<void> {
    const ended = AbortSignal.any(signal === undefined ? [this.#closing.signal] : [signal, this.#closing.signal])
    return new Promise((resolve, reject) => {
      if (ended.aborted) return reject(ended.reason)
      if (this.isAvailable) return resolve()
      const stop = this.onAvailability(() => {
        stop()
        ended.removeEventListener('abort', onAbort)
        resolve()
      })
      const onAbort = () => {
        stop()
        reject(ended.reason)
      }
      ended.addEventListener('abort', onAbort, { once: true })
    })
  }

  /**
   * Sends a request and waits for the response. Rejects with SomeIpError (`ErrorAnswer` if the service refuses), with
   * EncodeError if the payload cannot be protected, or with the reason of the signal.
   */
  call(methodId: number, payload: Uint8Array, options?: MethodCallOptions): Promise<Response> {
    return this.#service.call(this.#application.caller, methodId, payload, options)
  }

  /** Sends a request that has no response. @throws SomeIpError or EncodeError */
  send(methodId: number, payload: Uint8Array, options?: SendOptions): void {
    this.#service.send(this.#application.caller, methodId, payload, options)
  }

  /**
   * Subscribes to an eventgroup whenever the service is available. The subscription ends when it is disposed of, its
   * reader stops, `signal` aborts or the proxy is closed.
   */
  subscribe(options: SubscribeOptions, signal?: AbortSignal): EventSubscription {
    const { application, caller } = this.#application
    const { serviceId, instanceId } = this.ids
    const rules = application.debounce.get(serviceKey(serviceId, instanceId))
    const closing = this.#closing.signal
    return this.#service.subscribe(
      { ...options, clientId: caller.clientId, ruleOf: (eventId) => rules?.get(eventId) },
      signal === undefined ? closing : AbortSignal.any([signal, closing]),
    )
  }

  /** Ends the subscriptions made through this proxy; calls go on. */
  close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      const { serviceId, instanceId } = this.ids
      this.#closing.abort(new SomeIpError('SOMEIP_CLOSED', formatInstance(serviceId, instanceId)))
      this.#release()
    }
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
