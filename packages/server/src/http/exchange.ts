import { type Clock, Deadlines, type Logger, messageOf } from '@opensovd/base'
import { type Route, SovdError, Upload } from '@opensovd/sovd'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuditRecorder } from '../audit/audit-recorder.ts'
import type { Guard } from '../auth/guard.ts'
import { callerOf } from '../caller.ts'
import { type Contract, contractOf, type Query } from '../contract.ts'
import type { RouteMetrics, RouteSeries } from '../observe/route-metrics.ts'
import type { BoundRoute } from './bound-route.ts'
import { refusalOf } from './errors.ts'
import { entityTag, matchesWeakly } from './etag.ts'
import { type EventStreamOptions, EventStreams } from './event-streams.ts'
import type { ExchangeRecorder } from './recorder.ts'
import { RequestCall } from './request-call.ts'
import { type Answer, JSON_TYPE } from './respond.ts'
import { sendBytes } from './send-bytes.ts'
import { endOf, type LineTimer, streamOfLines } from './stream.ts'
import { traceOf } from './trace.ts'
import { timedUpload, uploadOf } from './upload.ts'

export interface ExchangeOptions {
  readonly contracts: readonly Contract[]
  readonly clock: Clock
  readonly log: Logger
  readonly requestTimeoutMs: number
  /** Requests that name another deployment are refused with 421. */
  readonly deploymentLabel: string
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly metrics: RouteMetrics
  readonly events?: Partial<EventStreamOptions>
  readonly recorder?: ExchangeRecorder
  /** Absent: nobody has to say who they are. */
  readonly guard?: Guard
  /** Absent: it is not recorded who changed what. */
  readonly audit?: AuditRecorder
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Where requests of the route are counted. */
    readonly series?: RouteSeries
    /** What the route is to do. */
    readonly row?: Route
    readonly contract?: Contract
  }
}

const LINGER_MS = 1000

/** What happens to every request: it belongs to a trace, has a deadline, gets an answer or an error, and is counted. */
export class Exchanges {
  readonly #options: ExchangeOptions
  readonly #deadlines: Deadlines
  readonly #headers: ReadonlyMap<Contract, Readonly<Record<string, string>>>
  readonly #unmatched: RouteSeries
  readonly #events: EventStreams
  #isDraining = false

  constructor(options: ExchangeOptions) {
    this.#options = options
    this.#deadlines = new Deadlines(options.clock, options.requestTimeoutMs)
    this.#headers = new Map(options.contracts.map((at) => [at, { ...options.headers, ...at.headers }]))
    this.#unmatched = options.metrics.series('', '')
    this.#events = new EventStreams(options.clock, options.events)
  }

  /** Serves a request of a route. Throws what `fail` is to answer. */
  async serve(route: BoundRoute, series: RouteSeries, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    this.#options.guard?.requireJudged(request.raw.headers)
    const startedAtMs = this.#options.clock.monotonic()
    const traceparent = this.#begin(route.contract, request, reply)
    this.#requireDeployment(request)
    const onTimeout = (error: SovdError) => this.#expire(error, request, reply)
    const context = new RequestCall(request.url, traceparent, reply.raw, this.#deadlines, onTimeout)
    const { audit } = this.#options
    audit?.begin(route.row, request, context)
    try {
      const answer = await route.serve({
        params: request.params as Record<string, string>,
        query: request.query as Query,
        body: bodyOf(route.row, request, context),
        ifMatch: headerOf(request, 'if-match'),
        context,
      })
      audit?.succeeded(route, request, reply, answer.location)
      if (context.isOver) return reply
      reply.headers(route.headersOf(request.params as Record<string, string>))
      if (this.#isDraining) reply.header('connection', 'close')
      const sent =
        answer.events && request.method !== 'HEAD'
          ? this.#sendEvents(answer, request, reply)
          : send(answer, route.row.method === 'GET', request, reply, context)
      if (answer.lines || answer.bytes) await this.#sent(request, reply)
      const durationMs = this.#options.clock.monotonic() - startedAtMs
      series.observe(reply.statusCode, durationMs)
      this.#record(request, reply.statusCode, answer.body, durationMs)
      if (!request.raw.complete) this.#linger(request, reply)
      return sent
    } catch (error) {
      if (!context.isOver) throw error
      if (!reply.sent) audit?.failed(route, request, reply, refusalOf(error) ?? given(error))
      return reply
    } finally {
      context.finish()
    }
  }

  /** Answers with what was thrown, in the words of the contract in charge of the path. */
  fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const contract = contractOf(this.#options.contracts, request.url)
    if (!reply.hasHeader('traceparent')) this.#begin(contract, request, reply)
    if (this.#isDraining) reply.header('connection', 'close')
    const refusal = refusalOf(error) ?? this.#unforeseen(error, request)
    if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', Math.ceil(refusal.retryAfterSeconds))
    const { series = this.#unmatched, row } = request.routeOptions.config
    const { status, body } = contract.errorAnswer(refusal, row)
    this.#options.audit?.failed({ contract, row }, request, reply, refusal)
    series.observe(status, reply.elapsedTime)
    const text = JSON.stringify(body)
    this.#record(request, status, text, reply.elapsedTime)
    if (!request.raw.complete) this.#linger(request, reply)
    return reply.code(status).header('content-type', JSON_TYPE).send(text)
  }

  #record(request: FastifyRequest, status: number, responseBody: string | undefined, durationMs: number): void {
    const { recorder, contracts } = this.#options
    if (!recorder?.isRecording) return
    const { method, url, headers, body, params } = request
    try {
      const target = contractOf(contracts, url).targetOf(Object(params))
      const requestBody = body instanceof Upload ? undefined : body
      recorder.record(target, { caller: callerOf(headers), method, url, requestBody, status, responseBody, durationMs })
    } catch (error) {
      // It is about nothing that there is, or from nobody.
      if (!(error instanceof SovdError)) throw error
    }
  }

  /** What is left of a body that is not wanted is read for a moment, so that its sender sees the answer; then cut. */
  #linger({ raw }: FastifyRequest, reply: FastifyReply): void {
    reply.raw.once('finish', () => {
      const cancel = this.#options.clock.after(LINGER_MS, () => raw.destroy())
      raw.once('close', cancel)
      raw.once('end', cancel)
    })
  }

  /** Refuses a body that does not arrive in time; what comes of it later is not read. */
  limitArrival(request: FastifyRequest, reply: FastifyReply): void {
    const deadline = this.#deadlines.begin(() => {
      reply.header('connection', 'close')
      reply.raw.once('finish', () => request.raw.destroy())
      this.fail(new SovdError('request-timeout', 'the body did not arrive in time', { target: 'body' }), request, reply)
    })
    request.raw.once('close', () => this.#deadlines.end(deadline))
    request.raw.once('end', () => this.#deadlines.end(deadline))
  }

  /** From now on, each answer is the last one on its connection. */
  drain(): void {
    this.#isDraining = true
    this.#events.close()
  }

  /** To be called when no request is left. */
  [Symbol.dispose](): void {
    this.#deadlines[Symbol.dispose]()
  }

  /** A request that takes too long has an error for an answer, unless that has begun: then its connection is cut. */
  #expire(error: SovdError, request: FastifyRequest, reply: FastifyReply): void {
    if (!reply.raw.headersSent) {
      this.fail(error, request, reply)
      return
    }
    this.#options.log.warn('an answer came to a halt and was cut', { url: request.url })
    reply.raw.destroy()
  }

  /** The events go out from here on, without the HTTP library. */
  #sendEvents({ events, contentType }: Answer, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (!events) return reply
    const { raw } = reply
    this.#events.begin(events, raw, () => {
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value)
      reply.hijack()
      raw.writeHead(200, { 'content-type': contentType, 'x-accel-buffering': 'no' })
    })
    this.#options.log.debug('a client reads events', { url: request.url })
    return reply
  }

  /** Waits for the end of an answer that is made while it is sent. */
  async #sent(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { url } = request
    const failure = await endOf(reply.raw)
    if (failure !== undefined) this.#options.log.info('an answer was not sent to its end', { url })
    else if (this.#isDraining) request.socket.end()
  }

  /** Writes the headers of every answer; returns the trace context to hand on. */
  #begin(contract: Contract, request: FastifyRequest, reply: FastifyReply): string {
    const { header, traceparent } = traceOf(
      headerOf(request, 'traceparent'),
      headerOf(request, 'x-request-id'),
      this.#options.clock,
    )
    reply.headers(this.#headers.get(contract) ?? {}).header('traceparent', header)
    return traceparent
  }

  #requireDeployment(request: FastifyRequest): void {
    const wanted = headerOf(request, 'x-deployment-target')
    const { deploymentLabel } = this.#options
    if (!wanted || wanted === deploymentLabel) return
    const message = `Request targets deployment '${wanted}' but this instance is '${deploymentLabel}'`
    throw new SovdError('misdirected-request', message, { target: 'X-Deployment-Target' })
  }

  /** A fault of ours: the log is told everything, the client nothing. */
  #unforeseen(error: unknown, request: FastifyRequest): SovdError {
    const stack = error instanceof Error ? error.stack : undefined
    const { method, url } = request
    this.#options.log.error('request failed unexpectedly', { method, url, error: messageOf(error), stack })
    return new SovdError('internal-error', 'internal server error')
  }
}

function send(
  answer: Answer,
  isRead: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
  timer: LineTimer,
): FastifyReply {
  reply.code(answer.status)
  if (answer.location !== undefined) reply.header('location', answer.location)
  if (answer.events) return reply.header('content-type', answer.contentType).send()
  if (answer.lines) {
    reply.header('content-type', answer.contentType)
    return request.method === 'HEAD' ? reply.send() : reply.send(streamOfLines(answer.lines, timer))
  }
  if (answer.bytes) return sendBytes(answer.bytes, request, reply, timer)
  if (answer.body === undefined) return reply.send()
  if (isRead && answer.contentType === JSON_TYPE) {
    const tag = entityTag(answer.body)
    reply.header('etag', tag)
    const known = headerOf(request, 'if-none-match')
    if (known !== undefined && matchesWeakly(known, tag)) return reply.code(304).send()
  }
  return reply
    .header('content-type', answer.contentType)
    .header('content-length', Buffer.byteLength(answer.body))
    .send(answer.body)
}

function bodyOf({ upload }: Route, request: FastifyRequest, timer: LineTimer): unknown {
  const { body = upload === 'all' ? uploadOf(request) : undefined } = request
  return body instanceof Upload ? timedUpload(body, timer) : body
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** What came of a request that its client no longer waits for. */
function given(error: unknown): SovdError {
  return new SovdError('request-timeout', messageOf(error))
}
