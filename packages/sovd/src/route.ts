import type { Static, TObject, TSchema } from 'typebox'
import type { ByteContent, Upload } from './content.ts'
import type { SovdErrorCode } from './error.ts'
import type { ResourceCollection } from './resource-collection.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a route answers when it succeeds. */
export type Reply =
  /** One JSON document. With `location`, the handler also names the resource it created. */
  | { readonly kind: 'json'; readonly status: 200 | 201 | 202; readonly schema: TSchema; readonly location?: true }
  /** An OData collection: `$filter`, `$orderby`, `$skip`, `$top`, `$select` and `$count` apply to its items. */
  | { readonly kind: 'collection'; readonly item: TSchema; readonly context: string }
  /** Nothing. With `location`, the handler names the resource that tells how it goes on. */
  | { readonly kind: 'empty'; readonly status: 200 | 202 | 204; readonly location?: true }
  | { readonly kind: 'text'; readonly contentType: string }
  /**
   * One JSON text a line, as many as there are: first what describes the others, then the items. `undefined` is no
   * line, and tells that the next one is on its way.
   */
  | { readonly kind: 'ndjson'; readonly head: TSchema; readonly item: TSchema }
  /** What a `ByteContent` has. With `schema`, also one JSON document: what the client accepts decides. */
  | { readonly kind: 'bytes'; readonly contentType?: string; readonly schema?: TSchema }
  /** `text/event-stream` without an end: each event with JSON data that fits its schema, by the names of the events. */
  | { readonly kind: 'events'; readonly events: Readonly<Record<string, TSchema>> }

/** One operation of the API. The server, the documents and the permission catalogue are readings of these rows. */
export interface Route {
  readonly method: Method
  /** Template below the contract's base path, `{name}` for each parameter. */
  readonly path: string
  /** Other templates of the same operation, with the same parameters. */
  readonly aliases?: readonly string[]
  /** `root`: the path is not below the contract's base. */
  readonly mount?: 'root'
  readonly tag: string
  readonly summary: string
  readonly permission: `${string}:${string}`
  /**
   * The resource collection it changes: a lock on that keeps others than its owner out. `false`: it changes what no
   * lock is about. Absent: it only reads.
   */
  readonly mutates?: ResourceCollection | false
  /**
   * Which of its requests the audit trail has: all, as of rows that change something unless they say otherwise, or
   * only those that authentication or authorization refuses, as of rows that read.
   */
  readonly audited?: 'all' | 'refusals'
  readonly query?: TObject
  readonly body?: TSchema
  /** An absent body is as good as `{}`. */
  readonly bodyOptional?: true
  /** Its body may be sent as a form instead of JSON. */
  readonly form?: true
  /** How large a JSON body may be, where 2 MiB are not enough. */
  readonly maxBodyBytes?: number
  /** Its bodies are an `Upload`: all of them, or those that are not JSON. */
  readonly upload?: 'all' | 'not-json'
  readonly reply: Reply
  /** What can go wrong beyond what every route answers. */
  readonly errors?: readonly SovdErrorCode[]
}

export type RouteTable = Readonly<Record<string, Route>>

/** Keeps the literal types of a row. */
export function route<const R extends Route>(row: R): R {
  return row
}

export function json<const S extends TSchema, const N extends 200 | 201 | 202 = 200>(schema: S, status?: N) {
  return { kind: 'json', status: (status ?? 200) as N, schema } as const
}

export function created<const S extends TSchema, const N extends 201 | 202>(schema: S, status: N) {
  return { kind: 'json', status, schema, location: true } as const
}

export function collection<const S extends TSchema>(context: string, item: S) {
  return { kind: 'collection', item, context } as const
}

export function ndjson<const H extends TSchema, const S extends TSchema>(head: H, item: S) {
  return { kind: 'ndjson', head, item } as const
}

export function events<const E extends Readonly<Record<string, TSchema>>>(byName: E) {
  return { kind: 'events', events: byName } as const
}

/** @param schema of the JSON document that may be answered instead */
export function bytes(): { readonly kind: 'bytes' }
export function bytes<const S extends TSchema>(schema: S): { readonly kind: 'bytes'; readonly schema: S }
export function bytes(schema?: TSchema) {
  return { kind: 'bytes', ...(schema === undefined ? {} : { schema }) } as const
}

export const empty = { kind: 'empty', status: 204 } as const
export const accepted = { kind: 'empty', status: 202, location: true } as const

type ParamNames<P extends string> = P extends `${string}{${infer N}}${infer R}` ? N | ParamNames<R> : never

/** What one call of a route brings: each part has passed the row's schema. */
export interface Call<R extends Route = Route> {
  readonly params: { readonly [K in ParamNames<R['path']>]: string }
  readonly query: R['query'] extends TObject ? Static<R['query']> : undefined
  readonly body: R['upload'] extends 'all' ? Upload : Json<R> | (R['upload'] extends 'not-json' ? Upload : never)
}

type Json<R extends Route> = R['body'] extends TSchema ? Static<R['body']> : undefined

/** The part of a list that could not be had. */
export interface PartialFailure {
  readonly backend: string
  readonly code: SovdErrorCode
  readonly message: string
}

export interface CollectionResult<T> {
  readonly items: readonly T[]
  readonly partial?: readonly PartialFailure[]
}

export interface Created<T> {
  /** Absolute path of the resource. */
  readonly location: string
  readonly body: T
}

/** One client's place in a stream of events. */
export interface EventReader {
  /** What there is to send, in the form of `text/event-stream`; nothing until there is more. */
  take(): Uint8Array | undefined
  /** What to send when there was nothing for a while. */
  beat(): Uint8Array
  /** Whether everything was taken and there will be no more. */
  readonly isOver: boolean
  /** Gives the place up; doing so twice is the same as once. */
  close(): void
}

/** Events for a client that is about to read them. */
export interface EventSource {
  /**
   * Takes a place.
   * @param onReady is called when there may be more to take
   * @throws SovdError `unavailable` when there are too many readers
   */
  read(onReady: () => void): EventReader
}

/** What a schema describes, for those who only read it. */
type Immutable<T> = T extends readonly (infer U)[]
  ? readonly Immutable<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : T

/** What a handler of the route returns. */
export type Result<R extends Route> = R['reply'] extends {
  kind: 'json'
  schema: infer S extends TSchema
  location: true
}
  ? Created<Immutable<Static<S>>>
  : R['reply'] extends { kind: 'json'; schema: infer S extends TSchema }
    ? Immutable<Static<S>>
    : R['reply'] extends { kind: 'empty'; location: true }
      ? Pick<Created<unknown>, 'location'>
      : R['reply'] extends { kind: 'bytes' }
        ? ByteContent | (R['reply'] extends { schema: infer S extends TSchema } ? Immutable<Static<S>> : never)
        : R['reply'] extends { kind: 'collection'; item: infer S extends TSchema }
          ? CollectionResult<Immutable<Static<S>>>
          : R['reply'] extends { kind: 'text' }
            ? string
            : R['reply'] extends { kind: 'ndjson'; head: infer H extends TSchema; item: infer S extends TSchema }
              ? AsyncIterable<Immutable<Static<H> | Static<S>> | undefined>
              : R['reply'] extends { kind: 'events' }
                ? EventSource
                : // biome-ignore lint/suspicious/noConfusingVoidType: a handler without a body returns nothing
                  void

/** One handler a row: a row without a handler, or a handler without a row, does not compile. */
export type Handlers<Table extends RouteTable, Context> = {
  readonly [K in keyof Table]: (call: Call<Table[K]>, context: Context) => Promise<Result<Table[K]>> | Result<Table[K]>
}
