import { type Clock, Listeners, type Logger, messageOf, Scope } from '@opensovd/base'
import type { Configuration } from '../config/configuration.ts'
import { EndpointError } from '../endpoint/errors.ts'
import type { Network } from '../endpoint/network.ts'
import { Callers } from '../routing/callers.ts'
import { LimitedLog } from '../routing/limited-log.ts'
import { Outbox } from '../routing/outbox.ts'
import { Consumer } from './consumer.ts'
import type { HostContext } from './context.ts'
import { NetworkStatus } from './network-state.ts'
import { Provider } from './provider.ts'
import { RunningDiscovery } from './running-discovery.ts'

export interface HostOptions {
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Logger
  readonly network: Network
}

const RETRY_MS = 1000

/** What the applications of a host share: its sockets and its service discovery. Ends with the last of them. */
export class Host {
  readonly context: HostContext
  readonly provider: Provider
  readonly consumer: Consumer
  readonly #running: RunningDiscovery | undefined
  #users = 0

  private constructor(
    context: HostContext,
    provider: Provider,
    consumer: Consumer,
    running: RunningDiscovery | undefined,
  ) {
    this.context = context
    this.provider = provider
    this.consumer = consumer
    this.#running = running
  }

  /**
   * Starts a host without applications; where the configuration has it wait, as soon as its address is there.
   * @throws EndpointError when the socket of service discovery cannot be opened; the reason of the signal
   */
  static async start(options: HostOptions, signal?: AbortSignal): Promise<Host> {
    const { clock, log, configuration } = options
    const onFailure = (error: unknown) => log.error('a callback or task failed', { error: messageOf(error) })
    const scope = new Scope(onFailure)
    const context: HostContext = {
      ...options,
      ...{ scope, onFailure },
      limitedLog: new LimitedLog(clock, log),
      outbox: new Outbox(clock, scope),
      callers: new Callers(clock),
      networkStatus: new NetworkStatus(onFailure),
      reboots: new Listeners(onFailure),
    }
    const provider: Provider = new Provider(context, (run, isOffered) =>
      isOffered ? consumer.offeredHere(run) : consumer.withdrawnHere(run),
    )
    const consumer: Consumer = new Consumer(context, () => provider.runs)
    if (!configuration.serviceDiscovery.enabled) return new Host(context, provider, consumer, undefined)
    const running = await startDiscovery(context, () => RunningDiscovery.start(context, provider, consumer), signal)
    return new Host(context, provider, consumer, running)
  }

  /** Withdraws everything from the network until `resume`. */
  async suspend(): Promise<void> {
    this.context.networkStatus.suspended(true)
    await this.#running?.discovery.suspend()
  }

  resume(): void {
    this.#running?.discovery.resume()
    this.context.networkStatus.suspended(false)
  }

  /** For an application; to be released once. */
  acquire(): void {
    this.#users++
  }

  async release(): Promise<void> {
    if (--this.#users > 0) return
    await this.#running?.stop()
    await this.consumer[Symbol.asyncDispose]()
    await this.provider[Symbol.asyncDispose]()
    await this.#running?.[Symbol.asyncDispose]()
    await this.context.scope.close()
    this.context.networkStatus.closed()
  }
}

/** Waits for the address of the host, if the configuration says so: a program may start before its network. */
async function startDiscovery(
  { configuration, clock, log }: HostContext,
  start: () => Promise<RunningDiscovery>,
  signal: AbortSignal | undefined,
): Promise<RunningDiscovery> {
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await start()
    } catch (error) {
      if (!(error instanceof EndpointError) || error.code !== 'ENDPOINT_ADDRESS_NOT_AVAILABLE') throw error
      if (!configuration.serviceDiscovery.waitsForRoute) throw error
      const { unicast } = configuration.network
      if (attempt === 0) log.warn('waiting for the address of this host', { address: unicast, error: error.message })
    }
    await clock.sleep(RETRY_MS, signal)
  }
}
