import type { Clock } from '@opensovd/base'
import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import { NO_NPDU_TIMING } from '../npdu/collector.ts'
import { TpReassembler } from '../tp/reassembler.ts'
import type { Message } from '../wire/message.ts'
import { isSegment } from '../wire/message-type.ts'
import { RETURN_CODE } from '../wire/return-code.ts'
import { describeWireProblem, encodeProblemReply, type WireProblem } from '../wire/wire-problem.ts'
import { sendErrorReply } from './error-reply.ts'
import { hex4 } from './ids.ts'
import type { LimitedLog } from './limited-log.ts'
import type { MessagePort } from './message-port.ts'
import type { ProvidedService } from './provided-service.ts'

export interface ServicePortOptions {
  readonly clock: Clock
  readonly log: LimitedLog
  /** Largest payload put together from segments. */
  readonly maxPayloadBytes: number
}

interface Served {
  readonly service: ProvidedService
  /** Whether requests for a method may come in segments. */
  readonly isSegmented: (methodId: number) => boolean
}

/** What arrives at one port of this host, and the services that are offered on it: at most one instance of each. */
export class ServicePort implements Disposable {
  readonly #log: LimitedLog
  readonly #reassembler: TpReassembler
  /** By service id. */
  readonly #services = new Map<number, Served>()

  constructor({ clock, log, maxPayloadBytes }: ServicePortOptions) {
    this.#log = log
    this.#reassembler = new TpReassembler({ clock, maxPayloadBytes })
  }

  get isEmpty(): boolean {
    return this.#services.size === 0
  }

  /** Returns false when another instance of the service is offered on this port. */
  add(service: ProvidedService, isSegmented: (methodId: number) => boolean): boolean {
    const { serviceId } = service.ids
    if (this.#services.has(serviceId)) return false
    this.#services.set(serviceId, { service, isSegmented })
    return true
  }

  remove(service: ProvidedService): void {
    const { serviceId } = service.ids
    if (this.#services.get(serviceId)?.service === service) this.#services.delete(serviceId)
  }

  /** Takes a message; it shares memory with the receive buffer. */
  message(message: Message, port: MessagePort, source: EndpointAddress): void {
    const served = this.#services.get(message.serviceId)
    if (served === undefined) {
      this.#warn('unknown-service', source, () => `${nameOf(message)} is not offered here`)
      sendErrorReply(message, RETURN_CODE.UNKNOWN_SERVICE, port, source)
    } else if (!isSegment(message.messageType)) {
      served.service.receive(message, port, source)
    } else if (port.transport === 'unreliable' && served.isSegmented(message.methodId)) {
      const whole = this.#reassembler.accept(message, source.key)
      if (whole !== undefined) served.service.receive(whole, port, source)
    } else {
      this.#warn('segment', source, () => `a segment of ${nameOf(message)}, which is not configured for them`)
    }
  }

  /** Takes bytes that are no message. */
  problem(problem: WireProblem, port: MessagePort, source: EndpointAddress): void {
    this.#warn(problem.kind, source, () => describeWireProblem(problem))
    const reply = encodeProblemReply(problem)
    if (reply !== undefined) port.send(reply, source, NO_NPDU_TIMING)
  }

  [Symbol.dispose](): void {
    this.#reassembler[Symbol.dispose]()
    this.#services.clear()
  }

  #warn(kind: string, source: EndpointAddress, describe: () => string): void {
    this.#log.warn(`${kind} ${source.address}`, () => ({
      message: 'a message was refused',
      fields: { source: source.key, problem: describe() },
    }))
  }
}

function nameOf({ serviceId, methodId }: Message): string {
  return `${hex4(serviceId)}.${hex4(methodId)}`
}
