import { messageOf, Scope } from '@opensovd/base'
import { DIAGNOSTIC_NACK } from '../doip/constants.ts'
import type { DoipMessageOf } from '../doip/message.ts'
import type { Address, ByteStream } from '../network.ts'
import type { Runtime } from '../runtime.ts'
import { RoutingActivation } from './activation.ts'
import { DiscoveryResponder } from './discovery-responder.ts'
import { type EntityOptions, type EntitySettings, entityOptions } from './options.ts'
import type { DiagnosticRequest, DiagnosticTarget } from './target.ts'
import { type ConnectionOwner, TesterConnection } from './tester-connection.ts'

const NONE = new Uint8Array(0)

/**
 * Opens the sockets of an entity and begins to announce it.
 * @throws what the network throws when a port cannot be had; nothing stays open then
 */
export async function openDoipEntity(
  runtime: Runtime,
  settings: EntitySettings,
  targets: Iterable<DiagnosticTarget> = [],
): Promise<DoipEntity> {
  const entity = new DoipEntity(runtime, entityOptions(settings), targets)
  try {
    await entity.open()
    return entity
  } catch (error) {
    await entity[Symbol.asyncDispose]()
    throw error
  }
}

/** A DoIP node or gateway: lets testers in, and hands their diagnostic messages to the logical ECUs behind it. */
export class DoipEntity implements AsyncDisposable {
  readonly #runtime: Runtime
  readonly #options: EntityOptions
  readonly #targets = new Map<number, DiagnosticTarget>()
  /** At most maxSockets + 1. */
  readonly #connections = new Set<TesterConnection>()
  readonly #activation: RoutingActivation
  readonly #scope: Scope
  readonly #owner: ConnectionOwner
  #addresses: { readonly tcp: Address; readonly udp: Address; readonly tls?: Address } | undefined

  /** Use `openDoipEntity`. */
  constructor(runtime: Runtime, options: EntityOptions, targets: Iterable<DiagnosticTarget>) {
    this.#runtime = runtime
    this.#options = options
    this.#activation = new RoutingActivation(runtime, options, this.#connections)
    this.#scope = new Scope((error) => runtime.log.error('the entity failed', { error: messageOf(error) }))
    this.#owner = {
      runtime,
      options,
      activate: (connection, request) => this.#activation.answer(connection, request),
      diagnose: (connection, message, release) => this.#diagnose(connection, message, release),
      closed: (connection) => this.#connections.delete(connection),
    }
    for (const target of targets) this.add(target)
  }

  /** Where testers reach it; the ports that were free where 0 was asked for. Undefined before it is open. */
  get addresses(): { readonly tcp: Address; readonly udp: Address; readonly tls?: Address } | undefined {
    return this.#addresses
  }

  /** How many testers have a route. */
  get openSockets(): number {
    return this.#activation.registered
  }

  /**
   * Puts one more logical ECU behind the entity.
   * @throws RangeError when its address is taken
   */
  add(target: DiagnosticTarget): void {
    const { logicalAddress } = target
    if (this.#targets.has(logicalAddress)) throw new RangeError(`logical address ${logicalAddress} is taken`)
    this.#targets.set(logicalAddress, target)
  }

  /** Takes a logical ECU away: messages to it are refused from now on. */
  remove(logicalAddress: number): void {
    this.#targets.delete(logicalAddress)
  }

  /** Called by `openDoipEntity`, once. */
  async open(): Promise<void> {
    const { network } = this.#runtime
    const { host, tcpPort, udpPort, tls, groups } = this.#options
    const at = host === undefined ? {} : { host }
    const accept = (stream: ByteStream) => this.#accept(stream)
    const tcp = this.#scope.adopt(await network.listen({ ...at, port: tcpPort }, accept))
    const secure = tls && this.#scope.adopt(await network.listen({ ...at, port: tls.port, tls }, accept))
    const udp = this.#scope.adopt(await network.openDatagram({ ...at, port: udpPort, broadcast: true, groups }))
    this.#addresses = { tcp: tcp.local, udp: udp.local, ...(secure && { tls: secure.local }) }
    const state = { openSockets: () => this.openSockets, signal: this.#scope.signal }
    const responder = new DiscoveryResponder(this.#runtime, this.#options, udp, state)
    this.#scope.run(() => responder.announce())
  }

  /** Closes all connections, as a restart does. Testers may connect again at once. */
  async dropConnections(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection[Symbol.asyncDispose]()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope.close()
    await this.dropConnections()
  }

  #accept(stream: ByteStream): void {
    if (this.#connections.size > this.#options.maxSockets || this.#scope.signal.aborted) {
      this.#runtime.log.debug('turned a tester away', { remote: stream.remote.host })
      this.#scope.run(async () => await stream[Symbol.asyncDispose]())
      return
    }
    this.#connections.add(new TesterConnection(stream, this.#owner))
  }

  #diagnose(connection: TesterConnection, message: DoipMessageOf<'diagnosticMessage'>, release: () => void): void {
    const { source: tester, target: address, data } = message
    const reply = { source: address, target: tester, previous: NONE } as const
    const target = this.#targets.get(address)
    const members = target ? [target] : this.#membersOf(address)
    const request = { tester, functional: !target, data, ...(target && { release }) }
    const code = members.length === 0 ? DIAGNOSTIC_NACK.unknownTargetAddress : target && refusalOf(target, request)
    if (code !== undefined) {
      connection.send({ type: 'diagnosticNegativeAcknowledge', ...reply, code })
      return
    }
    connection.send({ type: 'diagnosticAcknowledge', ...reply, code: 0 })
    for (const member of members) this.#handOver(connection, member, request)
  }

  #handOver(connection: TesterConnection, target: DiagnosticTarget, request: DiagnosticRequest): void {
    const answer = { type: 'diagnosticMessage', source: target.logicalAddress, target: request.tester } as const
    try {
      target.receive(request, (data) => connection.send({ ...answer, data }))
    } catch (error) {
      const fields = { ecu: target.logicalAddress, error: messageOf(error) }
      this.#runtime.log.error('an ECU failed on a request', fields)
    }
  }

  #membersOf(functionalAddress: number): readonly DiagnosticTarget[] {
    return [...this.#targets.values()].filter((target) => target.functionalAddresses?.includes(functionalAddress))
  }
}

function refusalOf(target: DiagnosticTarget, request: DiagnosticRequest): number | undefined {
  if (request.data.length > (target.maxRequestLength ?? Number.POSITIVE_INFINITY))
    return DIAGNOSTIC_NACK.messageTooLarge
  return target.refuse?.(request)
}
