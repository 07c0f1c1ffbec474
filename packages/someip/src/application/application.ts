import type { Clock, Logger } from '@opensovd/base'
import type { Configuration } from '../config/configuration.ts'
import { applicationNamed } from '../config/queries.ts'
import type { Network } from '../endpoint/network.ts'
import { LimitedLog } from '../routing/limited-log.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import type { ApplicationContext } from './context.ts'
import { Host } from './host.ts'
import type { NetworkState } from './network-state.ts'
import type { OfferOptions } from './offer-options.ts'
import type { OfferedService } from './offered-service.ts'
import type { InstanceSearchOptions, ServiceInstance, ServiceInstances } from './service-instances.ts'
import type { ServiceProxy } from './service-proxy.ts'
import type { RequestOptions } from './used-service.ts'

/** What an application has of its own. */
export interface SiblingOptions {
  /** The name that the configuration knows the application by. */
  readonly name: string
  /** Answer requests for methods without a handler with UNKNOWN_METHOD, or `ignore` them as vsomeip does. Default: answer. */
  readonly unknownMethods?: 'answer' | 'ignore'
}

export interface ApplicationOptions extends SiblingOptions {
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Logger
  readonly network: Network
}

/**
 * Starts an application: it offers and uses services, its own included, through sockets of its own. Closing it withdraws
 * and releases all of them. Where the address of the host is not there yet, it waits for it, unless
 * `wait_route_netlink_notification` of the configuration is false. Other applications of the process with the same
 * address must be its siblings.
 * @throws EndpointError when the socket of service discovery cannot be opened; SomeIpError when the configuration leaves
 *   security to an external library; the reason of the signal
 */
export async function createApplication(options: ApplicationOptions, signal?: AbortSignal): Promise<Application> {
  if (options.configuration.security.mode === 'external') {
    throw new SomeIpError('SOMEIP_UNSUPPORTED', 'security by an external library (an empty section "security")')
  }
  const { name, configuration, clock, log, network, unknownMethods } = options
  const host = await Host.start({ configuration, clock, network, log: log.child({ application: name }) }, signal)
  return new Application(host, log, { name, ...(unknownMethods && { unknownMethods }) })
}

/** What `createApplication` makes. */
export class Application implements AsyncDisposable {
  readonly #host: Host
  readonly #log: Logger
  readonly #context: ApplicationContext
  readonly #ending = new AbortController()
  #closing: Promise<void> | undefined

  /** Use `createApplication`. @param log of the program, to which the application adds its name */
  constructor(host: Host, log: Logger, options: SiblingOptions) {
    this.#host = host
    this.#log = log
    this.#context = contextOf(host, log.child({ application: options.name }), this.#ending.signal, options)
    host.acquire()
  }

  get name(): string {
    return this.#context.application.name
  }

  get clientId(): number {
    return this.#context.caller.clientId
  }

  /**
   * Makes another application of the process, with a client id of its own, that shares the sockets and the service
   * discovery of this one; they use each other's services without the network. Either may be closed first.
   * @throws SomeIpError when its configured client id is in use
   */
  createSibling(options: SiblingOptions): Application {
    this.#refuseIfClosed()
    return new Application(this.#host, this.#log, options)
  }

  /** Offers a service instance. @throws SomeIpError or EndpointError; then nothing is offered */
  async offerService(options: OfferOptions): Promise<OfferedService> {
    this.#refuseIfClosed()
    return await this.#host.provider.offer(options, this.#context)
  }

  /**
   * Uses a service instance whenever it is offered, by another host or an application of this one.
   * @throws SomeIpError when an id does not fit its field, or the instance is requested in another version already
   */
  requestService(options: RequestOptions): ServiceProxy {
    this.#refuseIfClosed()
    return this.#host.consumer.request(options, this.#context)
  }

  /** Looks for all instances of a service. @throws SomeIpError when an id does not fit its field */
  requestInstances(options: InstanceSearchOptions): ServiceInstances {
    this.#refuseIfClosed()
    return this.#host.consumer.search(options, this.#context)
  }

  /** The service instances that are offered now and known here: by this host, by others, or by all. */
  offeredServices(by: 'this-host' | 'others' | 'all' = 'all'): readonly ServiceInstance[] {
    return this.#host.consumer
      .instances()
      .filter(({ isLocal }) => by === 'all' || isLocal === (by === 'this-host'))
      .map(({ isLocal: _, ...instance }) => instance)
  }

  /** Whether the application can reach others; the siblings' as well. */
  get networkState(): NetworkState {
    return this.#context.networkStatus.state
  }

  /** Called with each change of `networkState`. Returns a function that removes the callback. */
  onNetworkState(callback: (state: NetworkState) => void): () => void {
    return this.#context.networkStatus.onChange(callback)
  }

  /**
   * Called with the address of another host that rebooted, once its services, subscriptions and connections are gone.
   * Returns a function that removes the callback.
   */
  onReboot(callback: (address: string) => void): () => void {
    return this.#context.reboots.add(callback)
  }

  /** Withdraws everything from the network and is deaf to it until `resume`; so do all siblings. */
  async suspend(): Promise<void> {
    await this.#host.suspend()
  }

  /** Ends what `suspend` began. */
  resume(): void {
    this.#host.resume()
  }

  /** Withdraws and releases everything; calls without a response reject. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    const { caller, callers, log } = this.#context
    this.#ending.abort(new SomeIpError('SOMEIP_CLOSED', this.name))
    caller.calls.close()
    this.#host.consumer.releaseAll(this.#context)
    await this.#host.provider.withdrawAll(this.#context)
    callers.remove(caller)
    await this.#host.release()
    log.info('the application is closed')
  }

  #refuseIfClosed(): void {
    if (this.#closing !== undefined) throw new SomeIpError('SOMEIP_CLOSED', this.name)
  }
}

function contextOf(
  host: Host,
  log: Logger,
  closing: AbortSignal,
  { name, unknownMethods = 'answer' }: SiblingOptions,
): ApplicationContext {
  const { configuration, callers, clock } = host.context
  const { diagnosisAddress, diagnosisMask } = configuration.clientIds
  const application = applicationNamed(configuration, name)
  // Those that a vsomeip routing host assigns begin here, too.
  const configured = new Set([...configuration.applications.values()].map(({ clientId }) => clientId))
  const caller = callers.add(application.clientId, (diagnosisAddress << 8) & diagnosisMask, configured)
  const limitedLog = new LimitedLog(clock, log)
  return { ...host.context, application, caller, unknownMethods, closing, log, limitedLog }
}
