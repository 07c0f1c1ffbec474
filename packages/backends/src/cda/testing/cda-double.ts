import type { Clock, JsonObject } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type DoubleAnswer, type DoubleRequest, HttpDouble } from '../../sovd/testing/http-double.ts'
import { DoubleAdapterFiles } from './double-adapter-files.ts'
import { DoubleEcu } from './double-ecu.ts'
import { DoubleFlash } from './double-flash.ts'
import { DoubleGroup } from './double-groups.ts'
import { DoubleLocks } from './double-locks.ts'
import { DoubleLogin } from './double-login.ts'
import { type EcuModel, FLXC1000 } from './ecu-model.ts'
import { items, notFound, ok } from './refusals.ts'

export const CDA_PREFIX = '/vehicle/v15'

export interface CdaDoubleOptions {
  readonly ecus?: readonly EcuModel[]
  /** ECUs by functional group; absent: there is no database of them. */
  readonly groups?: Readonly<Record<string, readonly string[]>>
  readonly flashFiles?: readonly JsonObject[]
  /** The only secret that is let in; absent: any, as the adapter does unless it is built otherwise. */
  readonly secret?: string
  readonly clock?: Clock
}

/** A server that answers as the Classic Diagnostic Adapter does. */
export class CdaDouble implements AsyncDisposable {
  readonly server: HttpDouble
  readonly locks: DoubleLocks
  readonly login: DoubleLogin
  readonly flash: DoubleFlash
  readonly files: DoubleAdapterFiles
  readonly ecus: readonly DoubleEcu[]
  readonly #groups: readonly DoubleGroup[]
  readonly #hasGroups: boolean
  /** Answers in the place of the adapter, if there is anything to say. */
  intercept: (request: DoubleRequest) => DoubleAnswer | Promise<DoubleAnswer> | undefined = () => undefined

  constructor({ ecus = [FLXC1000], groups, flashFiles = [], secret, clock = systemClock }: CdaDoubleOptions = {}) {
    this.ecus = ecus.map((model) => new DoubleEcu(model))
    this.#hasGroups = groups !== undefined
    this.#groups = Object.entries(groups ?? {}).map(
      ([name, ids]) =>
        new DoubleGroup(
          name,
          ids.map((id) => this.ecu(id)),
        ),
    )
    this.locks = new DoubleLocks(clock, (place) => this.#unlocked(place))
    this.login = new DoubleLogin(secret)
    this.flash = new DoubleFlash(flashFiles)
    this.files = new DoubleAdapterFiles()
    this.server = new HttpDouble((request) => this.intercept(request) ?? this.#answer(request))
  }

  get url(): string {
    return this.server.url
  }

  async start(): Promise<this> {
    await this.server.start()
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server.stop()
  }

  ecu(id: string): DoubleEcu {
    const found = this.ecus.find((ecu) => ecu.id === id.toLowerCase())
    if (!found) throw new TypeError(`no ECU ${id}`)
    return found
  }

  /** The whole address is decoded and put in small letters before anything else is done with it. */
  #answer(sent: DoubleRequest): DoubleAnswer {
    const url = decodeURIComponent(sent.url).toLowerCase()
    const request = { ...sent, url }
    const segments = (url.split('?')[0] ?? '').replace(/\/$/, '').split('/').slice(1)
    if (url === '/health') return ok({ status: 'Up', version: '0', components: [] })
    const [vehicle, v15, ...rest] = segments
    if (vehicle !== 'vehicle' || v15 !== 'v15') return notFound(`Resource not found: ${url}`)
    if (rest[0] === 'authorize') return this.login.answer(request)
    const open = OPEN.some((pattern) => pattern.test(`${request.method} /${rest.join('/')}`))
    const subject = this.login.subjectOf(request)
    if (typeof subject !== 'string' && !open) return subject
    return this.#route(request, rest, typeof subject === 'string' ? subject : '')
  }

  #route(request: DoubleRequest, segments: readonly string[], subject: string): DoubleAnswer {
    const [collection, id, ...rest] = segments
    switch (collection) {
      case 'components':
        return this.#components(request, id, rest, subject)
      case 'functions':
        return this.#functions(request, id, rest, subject)
      case 'locks':
        return this.locks.answer(request, '', id, subject)
      case 'apps':
        return id === 'sovd2uds'
          ? this.#adapter(request, rest, subject)
          : notFound(`Resource not found: ${request.url}`)
      default:
        return notFound(`Resource not found: ${request.url}`)
    }
  }

  #components(request: DoubleRequest, id: string | undefined, rest: readonly string[], subject: string): DoubleAnswer {
    if (id === undefined) return this.#list()
    const ecu = this.ecus.find((each) => each.id === id)
    if (!ecu) return notFound(`Resource not found: ${request.url}`)
    const place = `ecu/${id}`
    if (rest.length === 0) return request.method === 'GET' ? ok(ecu.document()) : { status: 201 }
    if (rest[0] === 'locks') return this.locks.answer(request, place, rest[1], subject)
    const refusal = this.locks.refusal(place, subject)
    if (rest[0] === 'x-sovd2uds-download') return this.flash.answer(request, rest.slice(1), refusal)
    if (rest[0] === 'x-sovd2uds-bulk-data') return this.files.embedded(rest.slice(1))
    return ecu.answer(request, rest, refusal)
  }

  #list(): DoubleAnswer {
    const shown = (ecu: DoubleEcu) => ({
      href: `http://localhost:20002/Vehicle/v15/components/${ecu.model.qualifier}`,
      id: ecu.id,
      name: ecu.model.name,
    })
    const onCan = this.ecus.filter(({ model }) => model.isOnCan)
    const extra = onCan.length > 0 ? { 'x-sovd2uds-can-ecus': onCan.map(shown) } : {}
    return ok({ items: this.ecus.map(shown), ...extra })
  }

  #functions(request: DoubleRequest, id: string | undefined, rest: readonly string[], subject: string): DoubleAnswer {
    if (id !== 'functionalgroups')
      return items([{ href: `${CDA_PREFIX}/functions/functionalgroups`, name: 'functionalgroups' }])
    if (!this.#hasGroups) return { status: 500, body: { message: 'no database', error_code: 'sovd-server-failure' } }
    const [groupId, collection, ...more] = rest
    if (groupId === undefined) return items(this.#groups.map((group) => group.reference()))
    const group = this.#groups.find((each) => each.id === groupId)
    if (!group) return notFound(`Resource not found: ${request.url}`)
    const place = `group/${groupId}`
    if (collection === 'locks') return this.locks.answer(request, place, more[0], subject)
    return group.answer(request, rest.slice(1), this.locks.refusal(place, subject))
  }

  #adapter(request: DoubleRequest, segments: readonly string[], subject: string): DoubleAnswer {
    const [collection, id, ...rest] = segments
    if (collection === 'data' && id === 'version') return ok(VERSION)
    if (collection === 'data' && id === 'networkstructure') return ok(this.#networkStructure())
    if (collection === 'bulk-data' && id === 'flashfiles' && rest.length === 0) return this.flash.list()
    if (collection === 'bulk-data' || collection === 'operations') {
      return this.files.answer(request, segments, this.locks.refusal('', subject))
    }
    return notFound(`Resource not found: ${request.url}`)
  }

  #networkStructure(): JsonObject {
    const ecu = ({ model, isOnline }: DoubleEcu) => ({
      Qualifier: model.qualifier,
      Variant: model.variant,
      EcuState: isOnline ? 'Online' : 'Offline',
      LogicalAddress: model.address,
      LogicalLink: '',
    })
    const groups = this.#groups.map((group) => ({ Qualifier: group.name, Ecus: group.ecus.map(ecu) }))
    return { id: 'networkstructure', data: [{ FunctionalGroups: groups, Gateways: [] }] }
  }

  #unlocked(place: string): void {
    const [kind, id] = place.split('/')
    const group = this.#groups.find((each) => each.id === id)
    const ecus = place === '' ? this.ecus : kind === 'group' ? (group?.ecus ?? []) : [this.ecu(id ?? '')]
    for (const ecu of ecus) ecu.modes.reset()
  }
}

/** What needs no token. */
const OPEN = [
  /^GET \/components(\/[^/]+)?$/,
  /^(PUT|POST) \/components\/[^/]+$/,
  /^GET \/components\/[^/]+\/modes$/,
  /^GET \/components\/[^/]+\/x-sovd2uds-download\/flashtransfer/,
  /^GET \/apps\/sovd2uds\/(bulk-data\/flashfiles|data\/.*)$/,
]

const VERSION: JsonObject = {
  id: 'version',
  data: {
    name: 'Eclipse OpenSOVD Classic Diagnostic Adapter',
    api: { version: '1.1' },
    implementation: { version: '0.1.0', commit: 'c52b062', build_date: '2026-08-21' },
  },
}

export async function openCdaDouble(options: CdaDoubleOptions = {}): Promise<CdaDouble> {
  return new CdaDouble(options).start()
}
