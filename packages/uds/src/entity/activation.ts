import { messageOf } from '@opensovd/base'
import { formatAddress } from '../codec/address.ts'
import { ACTIVATION_CODE } from '../doip/constants.ts'
import type { DoipMessageOf } from '../doip/message.ts'
import type { Runtime } from '../runtime.ts'
import type { ActivationRule, EntityOptions } from './options.ts'
import type { TesterConnection } from './tester-connection.ts'

/** Answers to routing activations, by the rules of ISO 13400-2 for sockets and tester addresses. */
export class RoutingActivation {
  readonly #runtime: Runtime
  readonly #options: EntityOptions
  readonly #connections: ReadonlySet<TesterConnection>

  /** @param connections those that are open, also without a route */
  constructor(runtime: Runtime, options: EntityOptions, connections: ReadonlySet<TesterConnection>) {
    this.#runtime = runtime
    this.#options = options
    this.#connections = connections
  }

  /** How many connections have a tester. */
  get registered(): number {
    return this.#holders().length
  }

  /** Answers the request and says whether to keep the connection. */
  async answer(connection: TesterConnection, message: DoipMessageOf<'routingActivationRequest'>): Promise<boolean> {
    const { source: tester, activationType, oem } = message
    const rule = this.#options.activationTypes[activationType]
    const code = this.#refusal(connection, tester, rule) ?? (await this.#takeSocket(connection, tester))
    if (code !== undefined || !rule) {
      this.#respond(connection, tester, code ?? ACTIVATION_CODE.unsupportedActivationType)
      return false
    }
    const request = { tester, activationType, secure: connection.secure, ...(oem && { oem }) }
    if (rule.authenticate && !(await this.#ask(rule.authenticate(request)))) {
      this.#respond(connection, tester, ACTIVATION_CODE.missingAuthentication)
      return true
    }
    if (!rule.confirm) {
      this.#activate(connection, tester)
      return true
    }
    this.#respond(connection, tester, ACTIVATION_CODE.confirmationRequired)
    const confirmed = this.#ask(rule.confirm(request, connection.closing))
    this.#awaitConfirmation(connection, tester, confirmed).catch((error) => {
      this.#runtime.log.error('a routing activation failed', { error: messageOf(error) })
    })
    return true
  }

  #refusal(connection: TesterConnection, tester: number, rule: ActivationRule | undefined): number | undefined {
    if (!this.#options.isKnownTester(tester)) return ACTIVATION_CODE.unknownSourceAddress
    if (!rule) return ACTIVATION_CODE.unsupportedActivationType
    if (rule.tlsRequired && !connection.secure) return ACTIVATION_CODE.tlsRequired
    if (connection.tester !== undefined && connection.tester !== tester) return ACTIVATION_CODE.differentSourceAddress
    return undefined
  }

  /**
   * Makes room by alive checks where that is needed, and registers the tester in it; the code to refuse with where
   * there is none.
   */
  async #takeSocket(connection: TesterConnection, tester: number): Promise<number | undefined> {
    const holders = this.#holders().filter((other) => other !== connection)
    const rivals = holders.filter((other) => other.tester === tester)
    const isFull = holders.length >= this.#options.maxSockets
    const asked = rivals.length > 0 ? rivals : isFull ? holders : []
    await Promise.all(asked.map((other) => this.#closeUnlessAlive(other)))
    const remaining = this.#holders().filter((other) => other !== connection)
    if (remaining.some((other) => other.tester === tester)) return ACTIVATION_CODE.sourceAddressInUse
    if (remaining.length >= this.#options.maxSockets) return ACTIVATION_CODE.noFreeSocket
    if (connection.state.phase !== 'active') connection.register(tester, 'registered')
    return undefined
  }

  async #closeUnlessAlive(connection: TesterConnection): Promise<void> {
    if (!(await connection.isAlive())) await connection[Symbol.asyncDispose]()
  }

  async #awaitConfirmation(connection: TesterConnection, tester: number, confirmed: Promise<boolean>): Promise<void> {
    if (await confirmed) {
      this.#activate(connection, tester)
      return
    }
    this.#respond(connection, tester, ACTIVATION_CODE.rejectedConfirmation)
    await connection[Symbol.asyncDispose]()
  }

  #activate(connection: TesterConnection, tester: number): void {
    connection.register(tester, 'active')
    this.#respond(connection, tester, ACTIVATION_CODE.activated)
  }

  #respond(connection: TesterConnection, tester: number, code: number): void {
    const entity = this.#options.identity.logicalAddress
    this.#runtime.log.info('routing activation', { tester: formatAddress(tester), code: `0x${code.toString(16)}` })
    connection.send({ type: 'routingActivationResponse', tester, entity, code })
  }

  /** A check that fails counts as refused. */
  async #ask(check: Promise<boolean>): Promise<boolean> {
    try {
      return await check
    } catch (error) {
      this.#runtime.log.error('a routing activation check failed', { error: messageOf(error) })
      return false
    }
  }

  #holders(): readonly TesterConnection[] {
    return [...this.#connections].filter((connection) => connection.tester !== undefined)
  }
}
