import type { Clock } from '@opensovd/base'
import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import { TpReassembler } from '../tp/reassembler.ts'
import type { Message } from '../wire/message.ts'
import { isSegment, MESSAGE_TYPE } from '../wire/message-type.ts'
import { describeWireProblem, type WireProblem } from '../wire/wire-problem.ts'
import type { Callers } from './callers.ts'
import { hex4 } from './ids.ts'
import type { LimitedLog } from './limited-log.ts'
import type { MessagePort } from './message-port.ts'
import type { ResponseChecker } from './pending-calls.ts'

export interface ClientPortOptions {
  readonly clock: Clock
  readonly log: LimitedLog
  readonly callers: Callers
  /** The endpoint of the services; what comes from elsewhere is dropped. */
  readonly remote: EndpointAddress
  /** Largest payload put together from segments. */
  readonly maxPayloadBytes: number
}

/** A service that is used, as far as received messages concern it. */
export interface MessageConsumer extends ResponseChecker {
  readonly ids: { readonly serviceId: number; readonly instanceId: number }
  notification(message: Message): void
}

/** What arrives from one endpoint of another host: responses and events of the services it has. */
export class ClientPort implements Disposable {
  readonly remote: EndpointAddress
  readonly #log: LimitedLog
  readonly #callers: Callers
  readonly #reassembler: TpReassembler
  /** By service id. An endpoint has at most one instance of a service. */
  readonly #services = new Map<number, MessageConsumer>()
  /** The socket or connection to the endpoint, while it is open. */
  port: MessagePort | undefined

  constructor({ clock, log, callers, remote, maxPayloadBytes }: ClientPortOptions) {
    this.remote = remote
    this.#log = log
    this.#callers = callers
    this.#reassembler = new TpReassembler({ clock, maxPayloadBytes })
  }

  get isEmpty(): boolean {
    return this.#services.size === 0
  }

  get services(): Iterable<MessageConsumer> {
    return this.#services.values()
  }

  add(service: MessageConsumer): void {
    this.#services.set(service.ids.serviceId, service)
  }

  remove(service: MessageConsumer): void {
    if (this.#services.get(service.ids.serviceId) === service) this.#services.delete(service.ids.serviceId)
  }

  /** Takes a message; it shares memory with the receive buffer. */
  message(message: Message, source: EndpointAddress): void {
    if (source.key !== this.remote.key) {
      this.#warn('source', source, () => 'it is not the endpoint of a service')
    } else if (!isSegment(message.messageType)) {
      this.#dispatch(message, source)
    } else {
      const whole = this.#reassembler.accept(message, source.key)
      if (whole !== undefined) this.#dispatch(whole, source)
    }
  }

  /** Takes bytes that are no message. */
  problem(problem: WireProblem, source: EndpointAddress): void {
    this.#warn(problem.kind, source, () => describeWireProblem(problem))
  }

  [Symbol.dispose](): void {
    this.#reassembler[Symbol.dispose]()
    this.#services.clear()
  }

  #dispatch(message: Message, source: EndpointAddress): void {
    const { serviceId, messageType, clientId } = message
    const service = this.#services.get(serviceId)
    if (service === undefined) {
      this.#warn('unknown', source, () => `${nameOf(message)} was not requested`)
    } else if (messageType === MESSAGE_TYPE.NOTIFICATION) {
      service.notification(message)
    } else if (messageType !== MESSAGE_TYPE.RESPONSE && messageType !== MESSAGE_TYPE.ERROR) {
      this.#warn('type', source, () => `message type 0x${messageType.toString(16)} of ${nameOf(message)}`)
    } else if (!this.#callers.of(clientId)?.settle(message, this, service)) {
      this.#warn('unasked', source, () => `nobody waits for this response of ${nameOf(message)}`)
    }
  }

  #warn(kind: string, source: EndpointAddress, describe: () => string): void {
    this.#log.warn(`client ${kind} ${source.address}`, () => ({
      message: 'a message was dropped',
      fields: { source: source.key, problem: describe() },
    }))
  }
}

function nameOf({ serviceId, methodId, sessionId }: Message): string {
  return `${hex4(serviceId)}.${hex4(methodId)} (session ${hex4(sessionId)})`
}
