import { type Clock, messageOf } from '@opensovd/base'
import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import { encodeMessage, type Message } from '../wire/message.ts'
import { MESSAGE_TYPE } from '../wire/message-type.ts'
import { RETURN_CODE } from '../wire/return-code.ts'
import type { Departures } from './departures.ts'
import type { E2eGuards } from './e2e-guards.ts'
import { sendErrorReply } from './error-reply.ts'
import { formatMethod } from './ids.ts'
import type { LimitedLog } from './limited-log.ts'
import type { MessagePort } from './message-port.ts'
import type { Outbox } from './outbox.ts'
import { Refusal } from './refusal.ts'
import type { Answer, Request, RequestHandler } from './request.ts'

export interface ProvidedServiceIds {
  readonly serviceId: number
  readonly instanceId: number
  readonly majorVersion: number
  readonly minorVersion: number
}

export interface ProvidedServiceOptions extends ProvidedServiceIds {
  readonly clock: Clock
  readonly limitedLog: LimitedLog
  readonly outbox: Outbox
  readonly guards: E2eGuards
  readonly departures: Departures
  /** Answer requests for methods without a handler with UNKNOWN_METHOD, or stay silent as vsomeip does. */
  readonly unknownMethods: 'answer' | 'ignore'
  /** Aborts when the service is no longer offered. */
  readonly signal: AbortSignal
}

/** Stands for every method that has no handler of its own. */
export const ANY_METHOD = 0xffff
/** Requests whose handlers have not answered yet; a further one is answered NOT_READY. */
const MAX_OPEN_REQUESTS = 4096

/** The methods of a service instance that the application offers. */
export class ProvidedService {
  readonly ids: ProvidedServiceIds
  readonly #options: ProvidedServiceOptions
  readonly #handlers = new Map<number, RequestHandler>()
  /** Bounded by `MAX_OPEN_REQUESTS`. */
  #openRequests = 0

  constructor(options: ProvidedServiceOptions) {
    const { serviceId, instanceId, majorVersion, minorVersion } = options
    this.ids = { serviceId, instanceId, majorVersion, minorVersion }
    this.#options = options
  }

  /** Sets the handler of a method, or of `ANY_METHOD`. Returns a function that removes it. */
  handle(methodId: number, handler: RequestHandler): () => void {
    this.#handlers.set(methodId, handler)
    return () => {
      if (this.#handlers.get(methodId) === handler) this.#handlers.delete(methodId)
    }
  }

  /** Takes a whole message that arrived for this service. */
  receive(message: Message, port: MessagePort, source: EndpointAddress): void {
    const { messageType, interfaceVersion, methodId } = message
    const handler = this.#handlers.get(methodId) ?? this.#handlers.get(ANY_METHOD)
    if (messageType !== MESSAGE_TYPE.REQUEST && messageType !== MESSAGE_TYPE.REQUEST_NO_RETURN) {
      this.#complain('wrong-type', message, source, `message type 0x${messageType.toString(16)}`)
    } else if (interfaceVersion !== this.ids.majorVersion) {
      this.#complain('version', message, source, `interface version ${interfaceVersion}`)
      sendErrorReply(message, RETURN_CODE.WRONG_INTERFACE_VERSION, port, source)
    } else if (handler === undefined) {
      this.#complain('unknown-method', message, source, 'no such method')
      if (this.#options.unknownMethods === 'answer') sendErrorReply(message, RETURN_CODE.UNKNOWN_METHOD, port, source)
    } else if (this.#openRequests >= MAX_OPEN_REQUESTS) {
      this.#complain('overload', message, source, `${MAX_OPEN_REQUESTS} requests are unanswered`)
      sendErrorReply(message, RETURN_CODE.NOT_READY, port, source)
    } else {
      this.#run(handler, this.#requestOf(message, port, source), port)
    }
  }

  #requestOf(message: Message, port: MessagePort, source: EndpointAddress): Request {
    const { serviceId, methodId, clientId, sessionId, interfaceVersion } = message
    return {
      serviceId,
      instanceId: this.ids.instanceId,
      methodId,
      clientId,
      sessionId,
      interfaceVersion,
      payload: message.payload.slice(),
      transport: port.transport,
      source,
      expectsResponse: message.messageType === MESSAGE_TYPE.REQUEST,
      e2e: this.#options.guards.check(message),
      signal: this.#options.signal,
    }
  }

  #run(handler: RequestHandler, request: Request, port: MessagePort): void {
    try {
      const answer = handler(request)
      if (answer instanceof Promise) this.#answerLater(answer, request, port)
      else this.#answer(answer, request, port)
    } catch (error) {
      this.#fail(error, request, port)
    }
  }

  #answerLater(answer: Promise<Answer>, request: Request, port: MessagePort): void {
    this.#openRequests++
    answer
      .then((settled) => this.#answer(settled, request, port))
      .catch((error: unknown) => this.#fail(error, request, port))
      .finally(() => {
        this.#openRequests--
      })
  }

  #fail(error: unknown, request: Request, port: MessagePort): void {
    if (this.#options.signal.aborted) return
    if (!(error instanceof Refusal)) {
      const name = this.#nameOf(request)
      this.#options.limitedLog.error(`handler ${name}`, () => ({
        message: 'a request handler failed',
        fields: { method: name, error: messageOf(error) },
      }))
    }
    const returnCode = error instanceof Refusal ? error.returnCode : RETURN_CODE.NOT_OK
    if (request.expectsResponse) this.#send(request, returnCode, NO_PAYLOAD, port)
  }

  /** @throws EncodeError when the answer cannot be encoded or protected */
  #answer(answer: Answer, request: Request, port: MessagePort): void {
    if (!request.expectsResponse || this.#options.signal.aborted) return
    if (typeof answer !== 'number') this.#send(request, RETURN_CODE.OK, answer ?? NO_PAYLOAD, port)
    else this.#send(request, answer, NO_PAYLOAD, port)
  }

  #send(request: Request, returnCode: number, payload: Uint8Array, port: MessagePort): void {
    const { outbox, guards, departures } = this.#options
    const messageType = returnCode === RETURN_CODE.OK ? MESSAGE_TYPE.RESPONSE : MESSAGE_TYPE.ERROR
    const { serviceId, methodId, clientId, sessionId, interfaceVersion } = request
    const ids = { serviceId, methodId, clientId, sessionId, interfaceVersion }
    const bytes = encodeMessage({ ...ids, messageType, returnCode, payload })
    if (returnCode === RETURN_CODE.OK) guards.protect(methodId, bytes)
    if (outbox.send(bytes, port, request.source, departures.of(methodId))) return
    this.#complain('not-sent', request, request.source, `a response of ${bytes.length} bytes could not be sent`)
    if (returnCode === RETURN_CODE.OK) this.#send(request, RETURN_CODE.NOT_OK, NO_PAYLOAD, port)
  }

  #complain(key: string, message: { readonly methodId: number }, source: EndpointAddress, problem: string): void {
    this.#options.limitedLog.warn(`${key} ${source.address}`, () => ({
      message: 'a request was not served',
      fields: { method: this.#nameOf(message), source: source.key, problem },
    }))
  }

  #nameOf({ methodId }: { readonly methodId: number }): string {
    return formatMethod(this.ids.serviceId, this.ids.instanceId, methodId)
  }
}

const NO_PAYLOAD = new Uint8Array(0)
