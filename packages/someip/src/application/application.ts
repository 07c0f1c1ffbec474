import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import type { Configuration } from '../config/configuration.ts'
import { applicationNamed } from '../config/queries.ts'
import type { Network } from '../endpoint/network.ts'
import { LimitedLog } from '../routing/limited-log.ts'
import { Outbox } from '../routing/outbox.ts'
import { PendingCalls } from '../routing/pending-calls.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import { Consumer, type RequestOptions } from './consumer.ts'
import type { ApplicationContext } from './context.ts'
import type { OfferOptions } from './offer-options.ts'
import type { OfferedService } from './offered-service.ts'
import { Provider } from './provider.ts'
import { RunningDiscovery } from './running-discovery.ts'
import type { ServiceProxy } from './service-proxy.ts'

export interface ApplicationOptions {
  /** The name that the configuration knows the application by. */
  readonly name: string
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Logger
  readonly network: Network
  /** Answer requests for methods without a handler with UNKNOWN_METHOD, or `ignore` them as vsomeip does. Default: answer. */
  readonly unknownMethods?: 'answer' | 'ignore'
}

/**
 * Starts an application: it offers and uses services of the network, through sockets of its own. Closing it withdraws
 * and releases all of them.
 * @throws EndpointError when the socket of service discovery cannot be opened; SomeIpError when the configuration leaves
 *   security to an external library
 */
export async function createApplication(options: ApplicationOptions): Promise<Application> {
  if (options.configuration.security.mode === 'external') {
    throw new SomeIpError('SOMEIP_UNSUPPORTED', 'security by an external library (an empty section "security")')
  }
  const context = contextOf(options)
  const provider = new Provider(context)
  const consumer = new Consumer(context)
  if (!context.configuration.serviceDiscovery.enabled) return new Application(context, provider, consumer, undefined)
  const discovery = await RunningDiscovery.start(context, provider, consumer)
  return new Application(context, provider, consumer, discovery)
}

/** What `createApplication` makes. */
export class Application implements AsyncDisposable {
  readonly #context: ApplicationContext
  readonly #provider: Provider
  readonly #consumer: Consumer
  readonly #discovery: RunningDiscovery | undefined
  #closing: Promise<void> | undefined

  constructor(
    context: ApplicationContext,
    provider: Provider,
    consumer: Consumer,
    discovery: RunningDiscovery | undefined,
  ) {
    this.#context = context
    this.#provider = provider
    this.#consumer = consumer
    this.#discovery = discovery
  }

  get name(): string {
    return this.#context.application.name
  }

  get clientId(): number {
    return this.#context.clientId
  }

  /** Offers a service instance. @throws SomeIpError or EndpointError; then nothing is offered */
  async offerService(options: OfferOptions): Promise<OfferedService> {
    this.#refuseIfClosed()
    return await this.#provider.offer(options)
  }

  /** Uses a service instance whenever it is offered. @throws SomeIpError when an id does not fit its field */
  requestService(options: RequestOptions): ServiceProxy {
    this.#refuseIfClosed()
    return this.#consumer.request(options)
  }

  /** Withdraws everything from the network and is deaf to it until `resume`. */
  async suspend(): Promise<void> {
    await this.#discovery?.discovery.suspend()
  }

  /** Ends what `suspend` began. */
  resume(): void {
    this.#discovery?.discovery.resume()
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
    const { calls, scope, log } = this.#context
    calls.close()
    this.#consumer.releaseAll()
    await this.#provider.withdrawAll()
    await this.#discovery?.stop()
    await this.#consumer[Symbol.asyncDispose]()
    await this.#provider[Symbol.asyncDispose]()
    await this.#discovery?.[Symbol.asyncDispose]()
    await scope.close()
    log.info('the application is closed')
  }

  #refuseIfClosed(): void {
    if (this.#closing !== undefined) throw new SomeIpError('SOMEIP_CLOSED', this.name)
  }
}

function contextOf({
  name,
  configuration,
  clock,
  log: parentLog,
  network,
  ...options
}: ApplicationOptions): ApplicationContext {
  const application = applicationNamed(configuration, name)
  const clientId = application.clientId ?? unassignedClientId(configuration)
  const log = parentLog.child({ application: name })
  const onFailure = (error: unknown) => log.error('a callback or task failed', { error: messageOf(error) })
  const scope = new Scope(onFailure)
  return {
    ...{ configuration, application, clientId, clock, log, network, scope, onFailure },
    limitedLog: new LimitedLog(clock, log),
    outbox: new Outbox(clock, scope),
    calls: new PendingCalls(clock),
    unknownMethods: options.unknownMethods ?? 'answer',
  }
}

/** The client id that a vsomeip routing host without a configured one takes. */
function unassignedClientId({ clientIds }: Configuration): number {
  return (clientIds.diagnosisAddress << 8) & clientIds.diagnosisMask
}
