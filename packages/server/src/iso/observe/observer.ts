import type { Json } from '@opensovd/base'
import type { Diagnostics, EntityRef, FaultList, ObservedResource, Source, TriggerDefinition } from '@opensovd/core'
import {
  bodySchema,
  type Call,
  ENTITY_ID,
  EventEnvelope,
  RESOURCE_COLLECTIONS,
  type ResourceCollection,
  type Route,
  type RouteTable,
  SovdError,
} from '@opensovd/sovd'
import type { AnyHandler, RequestContext } from '../../contract.ts'
import { checkerOf } from '../../http/validate.ts'
import { type EntityPath, kindOf } from '../entities.ts'
import { type FaultQuery, faultFilter } from '../fault-filter.ts'
import { pathOf } from '../uris.ts'
import { dataValueView } from '../views/data.ts'
import { ENVELOPES } from '../views/events.ts'
import { faultView } from '../views/faults.ts'
import { type ResourceAddress, resourceAddress } from './resource-uri.ts'

export interface ObserverOptions {
  readonly diagnostics: Diagnostics
  readonly base: string
  readonly table: RouteTable
  readonly handlers: Readonly<Record<string, AnyHandler>>
}

/** A resource that can be observed, and what each event of it looks like. */
export interface Observable {
  readonly observed: ObservedResource
  readonly eventSchema: object
}

/** What finding a resource needs to know of who asks. */
export type Asking = Pick<RequestContext, 'origin' | 'caller'>

interface Found {
  readonly name: string
  readonly row: Route
  readonly params: Readonly<Record<string, string>>
}

/** Collections of what is there for a while only. */
const TEMPORARY = new Set([
  'locks',
  'cyclic-subscriptions',
  'triggers',
  'data-lists',
  'communication-logs',
  'executions',
])

/** Finds what clients want to be told of: whatever of an entity the contract reads as JSON. */
export class ResourceObserver {
  readonly #options: ObserverOptions

  constructor(options: ObserverOptions) {
    this.#options = options
  }

  /**
   * The entity need not be there yet.
   * @throws SovdError `invalid-request` for what is no resource of the entity; `not-implemented` for one that is not
   * read as JSON; `forbidden` for one that the caller may not read
   */
  find(place: EntityPath, uri: string, asking: Asking): Observable {
    const { base } = this.#options
    const address = resourceAddress(uri, base, place, asking)
    const found = this.#rowAt(address)
    const { row } = found
    const schema = row.reply.kind === 'json' || row.reply.kind === 'bytes' ? row.reply.schema : undefined
    if (!schema) throw notObservable(uri)
    if (asking.caller.permits && !asking.caller.permits(row.permission)) {
      throw new SovdError('forbidden', `reading ${uri} needs the permission ${row.permission}`)
    }
    if (row.query) checkerOf(row.query, 'query', 'invalid-request')(address.query)
    return {
      observed: this.#observed({ kind: kindOf(place.entityCollection), id: place.entityId }, found, address, asking),
      eventSchema: bodySchema(EventEnvelope, { payload: schema }),
    }
  }

  /** What a trigger observed before a restart. @throws SovdError as `find` */
  restore({ entity, resource }: TriggerDefinition) {
    const [entityCollection, entityId] = pathOf(entity)
    const { observed } = this.find({ entityCollection, entityId }, resource, { origin: '', caller: {} })
    return { observed, format: ENVELOPES }
  }

  /**
   * Finds a resource that can be had now, or might be later.
   * @throws SovdError as `find`; `invalid-request` for one that is not there; what reading it is refused with
   */
  async findReadable(place: EntityPath, uri: string, context: RequestContext): Promise<Observable & { body?: Json }> {
    const observable = this.find(place, uri, context)
    const { observed } = observable
    try {
      const body = observed.payload(await observed.source.read(context))
      return { ...observable, body: body as Json }
    } catch (error) {
      if (!(error instanceof SovdError) || context.signal.aborted) throw error
      if (error.code === 'not-found') {
        throw new SovdError('invalid-request', error.message, { target: 'body/resource', cause: error })
      }
      if (error.status < 502) throw error
      return observable
    }
  }

  #rowAt({ segments, path }: ResourceAddress): Found {
    const matches = Object.entries(this.#options.table).flatMap(([name, row]) => {
      const params = row.method === 'GET' && row.mount !== 'root' ? paramsOf(row.path, segments) : undefined
      return params ? [{ name, row, params }] : []
    })
    const [best] = matches.toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)
    if (best && Object.values(best.params).every((id) => ENTITY_ID.test(id))) return best
    throw new SovdError('invalid-request', `there is no resource ${path}`, { target: 'body/resource' })
  }

  #observed(entity: EntityRef, found: Found, address: ResourceAddress, asking: Asking): ObservedResource {
    const { events } = this.#options.diagnostics
    const { name, params } = found
    const [, , first = ''] = address.segments
    const collection = RESOURCE_COLLECTIONS.find((each) => each === first)
    const about = {
      uri: address.path,
      ...(collection === undefined ? {} : { collection }),
      isTemporary: address.segments.some((segment, at) => at >= 2 && TEMPORARY.has(segment)),
    }
    if (name === 'readData' && params.dataId !== undefined) {
      return observe(about, events.data(entity, params.dataId), dataValueView)
    }
    if (name === 'listFaults') {
      const isWanted = faultFilter(address.query as FaultQuery)
      return observe(about, events.faults(entity), (list) => ({
        items: complete(list).filter(isWanted).map(faultView),
      }))
    }
    return observe(about, this.#reading(entity, found, address, asking, collection), (body) => body)
  }

  /** Any other resource is read as its own route does. */
  #reading(
    entity: EntityRef,
    { name, params }: Found,
    { path, query }: ResourceAddress,
    { origin, caller }: Asking,
    collection: ResourceCollection | undefined,
  ): Source<unknown> {
    const handler = this.#options.handlers[name]
    const call: unknown = { params, query, body: undefined }
    return {
      key: `resource ${origin}${path} ${caller.subject ?? ''}`,
      about: { entity, ...(collection === undefined ? {} : { collection }) },
      read: async ({ signal }) =>
        handler?.(call as Call, { url: path, origin, caller, signal, accept: 'application/json' }),
    }
  }
}

type About = Pick<ObservedResource, 'uri' | 'collection' | 'isTemporary'>

function observe<T>(about: About, source: Source<T>, payload: (value: T) => unknown): ObservedResource {
  // Only values of its own source get there.
  return { ...about, source, payload: (value) => payload(value as T) }
}

/** A list that is incomplete is no list, as for who reads it. @throws SovdError why it is incomplete */
function complete({ faults, partial }: FaultList): FaultList['faults'] {
  const [failure] = partial ?? []
  if (failure) throw new SovdError(failure.code, failure.message)
  return faults
}

function paramsOf(template: string, segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  const parts = template.split('/').slice(1)
  if (parts.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [at, part] of parts.entries()) {
    const segment = segments[at] ?? ''
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment
    else if (part !== segment) return undefined
  }
  return params
}

function notObservable(uri: string): SovdError {
  return new SovdError('not-implemented', `${uri} cannot be observed`, { target: 'body/resource' })
}
