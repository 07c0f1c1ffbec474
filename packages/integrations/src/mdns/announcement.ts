import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import { type Conflict, conflictIn, losesTo } from './conflict.ts'
import type { DnsMessage } from './dns-message.ts'
import { nameOf } from './dns-name.ts'
import { DNS_TYPE, type DnsRecord } from './dns-record.ts'
import { type Link, MDNS_PORT, type Sender } from './link.ts'
import { allOf, forLegacy, goodbyeOf, recordsOf, replyTo, type ServiceRecords } from './records.ts'
import { instanceName, nextHost, nextInstance, type Service } from './service.ts'

export interface AnnouncementOptions {
  readonly service: Service
  /** They are owned: ending the announcement closes them. */
  readonly links: readonly Link[]
  readonly clock: Clock
  readonly log: Logger
}

const PROBES = 3
const PROBE_MS = 250
const ANNOUNCE_MS = 1000
/** Before a name is tried again that somebody else tries to have at the same time [RFC 6762 8.2]. */
const DEFER_MS = 1000
/** After this many conflicts, names are tried more slowly [RFC 6762 8.1]. */
const MANY_CONFLICTS = 15
const SLOW_MS = 5000
const MAX_REPLIES_PER_SECOND = 50

type Phase = 'probing' | 'announced'

/**
 * A service that others on the links can find. Its names are probed first, and changed while somebody else has them;
 * then it is announced and queries are answered, until it is disposed, which is told as well.
 * probing → announced; announced → probing when somebody else uses a name; probing → probing with another name.
 */
export class Announcement implements AsyncDisposable {
  readonly #links: readonly Link[]
  /** Of the host on all links: what comes back from another link is no conflict. */
  readonly #addresses: readonly string[]
  readonly #clock: Clock
  readonly #log: Logger
  readonly #scope: Scope
  #service: Service
  #phase: Phase = 'probing'
  #replies = { second: 0, count: 0 }
  /** Ends what is waited for in a phase. */
  #interruption = Promise.withResolvers<Conflict | 'deferred'>()

  constructor({ service, links, clock, log }: AnnouncementOptions) {
    this.#service = service
    this.#links = links
    this.#addresses = links.flatMap(({ addresses }) => addresses)
    this.#clock = clock
    this.#log = log
    this.#scope = new Scope((error) => log.error('mDNS stopped', { error: messageOf(error) }))
    for (const link of links) link.onMessage((message, from) => this.#take(link, message, from))
    this.#scope.run((signal) => this.#run(signal))
  }

  /** With the names it has now. */
  get service(): Service {
    return this.#service
  }

  get phase(): Phase {
    return this.#phase
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope.close()
    if (this.#phase === 'announced') await this.#tell(goodbyeOf)
    this.#phase = 'probing'
    await Promise.all(this.#links.map((link) => link[Symbol.asyncDispose]()))
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let conflicts = 0; ; conflicts++) {
      if (conflicts >= MANY_CONFLICTS) await this.#clock.sleep(SLOW_MS, signal)
      this.#phase = 'probing'
      this.#interruption = Promise.withResolvers()
      const found = (await this.#probe(signal)) ?? (await this.#announce(signal))
      if (found === 'deferred') await this.#clock.sleep(DEFER_MS, signal)
      else this.#rename(found)
    }
  }

  /** [RFC 6762 8.1] */
  async #probe(signal: AbortSignal): Promise<Conflict | 'deferred' | undefined> {
    await this.#clock.sleep(this.#clock.random() * PROBE_MS, signal)
    for (let count = 0; count < PROBES; count++) {
      for (const link of this.#links) {
        const { server, addresses } = this.#records(link)
        const names = [instanceName(this.#service), nameOf(this.#service.host)]
        const questions = names.map((name) => ({ name, type: DNS_TYPE.ANY }))
        await link.send({ kind: 'query', questions, authorities: [server, ...addresses] })
      }
      const found = await this.#interruptedWithin(PROBE_MS, signal)
      if (found) return found
    }
    return undefined
  }

  /** Tells twice, and then stands by its names until somebody else uses one [RFC 6762 8.3, 9]. */
  async #announce(signal: AbortSignal): Promise<Conflict | 'deferred'> {
    this.#phase = 'announced'
    const { instance, host, port } = this.#service
    this.#log.info('announced by mDNS', { instance, host, port })
    await this.#tell(allOf)
    const early = await this.#interruptedWithin(ANNOUNCE_MS, signal)
    if (early) return early
    await this.#tell(allOf)
    return this.#interruptedWithin(undefined, signal)
  }

  #interruptedWithin(ms: undefined, signal: AbortSignal): Promise<Conflict | 'deferred'>
  #interruptedWithin(ms: number, signal: AbortSignal): Promise<Conflict | 'deferred' | undefined>
  async #interruptedWithin(ms: number | undefined, signal: AbortSignal): Promise<Conflict | 'deferred' | undefined> {
    const over = Promise.withResolvers<undefined>()
    const cancel = ms === undefined ? () => {} : this.#clock.after(ms, () => over.resolve(undefined))
    const abort = () => over.reject(signal.reason)
    signal.throwIfAborted()
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([this.#interruption.promise, over.promise])
    } finally {
      cancel()
      signal.removeEventListener('abort', abort)
    }
  }

  #rename(conflict: Conflict): void {
    const before = this.#service
    this.#service =
      conflict === 'instance'
        ? { ...before, instance: nextInstance(before.instance) }
        : { ...before, host: nextHost(before.host) }
    const { instance, host } = this.#service
    this.#log.warn('another has the name in mDNS, so it is changed', { instance, host })
  }

  #take(link: Link, message: DnsMessage, from: Sender): void {
    if (message.kind === 'query' && this.#phase === 'announced') {
      void this.#reply(link, this.#records(link), message, from)
      return
    }
    const ours = recordsOf(this.#service, this.#addresses)
    const found = message.kind === 'response' ? conflictIn(message, ours) : losesTo(message, ours) && 'deferred'
    if (found) this.#interruption.resolve(found)
  }

  async #reply(link: Link, records: ServiceRecords, query: DnsMessage, from: Sender): Promise<void> {
    const reply = replyTo(query, records)
    if (!reply || !this.#maySend()) return
    if (from.port === MDNS_PORT) return link.send({ kind: 'response', ...reply })
    const { id, questions } = query
    const answers = reply.answers.map(forLegacy)
    const additionals = reply.additionals.map(forLegacy)
    await link.send({ kind: 'response', id, questions, answers, additionals }, from)
  }

  /** Whoever asks in a storm is not answered in one. */
  #maySend(): boolean {
    const second = Math.floor(this.#clock.monotonic() / 1000)
    if (this.#replies.second !== second) this.#replies = { second, count: 0 }
    return this.#replies.count++ < MAX_REPLIES_PER_SECOND
  }

  async #tell(answersOf: (records: ServiceRecords) => readonly DnsRecord[]): Promise<void> {
    for (const link of this.#links) {
      await link.send({ kind: 'response', answers: answersOf(this.#records(link)) })
    }
  }

  #records({ addresses }: Link): ServiceRecords {
    return recordsOf(this.#service, addresses)
  }
}
