import type { CallContext } from '@opensovd/core'
import type { Call, PartialFailure, PlannedOperation, Result, Route, RouteTable, SovdError } from '@opensovd/sovd'

/** What a handler knows of the request beyond the parts its row names. */
export interface RequestContext extends CallContext {
  /** Path and query as the client sent them. */
  readonly url: string
}

/** A handler as the pipeline sees it; the contract's own handlers are checked against their rows. */
export type AnyHandler = (call: Call, context: RequestContext) => Promise<unknown> | unknown

export interface Collection {
  readonly items: readonly unknown[]
  readonly partial?: readonly PartialFailure[]
}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

/** One face of the diagnostic domain: its rows, who answers them, and what its bodies look like. */
export interface Contract {
  /** Prefix of every path, without a trailing slash. */
  readonly base: string
  readonly table: RouteTable
  readonly handlers: Readonly<Record<string, AnyHandler>>
  /** Operations of the contract that this version answers with 501. */
  readonly planned: readonly PlannedOperation[]
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly isValidId: (id: string) => boolean
  /**
   * Reads what the request wants of a collection, and returns what makes the body of it.
   * @throws SovdError `invalid-request`
   */
  collection(row: Route, context: string, url: string): (result: Collection) => unknown
  errorBody(error: SovdError): unknown
}

/** Checks that handlers answer what their rows promise, and then forgets the types the pipeline cannot know. */
export function handlersOf<Table extends RouteTable>(
  handlers: {
    readonly [K in keyof Table]: (
      call: Call<Table[K]>,
      context: RequestContext,
    ) => Promise<Result<Table[K]>> | Result<Table[K]>
  },
): { readonly [K in keyof Table]: AnyHandler } {
  return handlers as unknown as { readonly [K in keyof Table]: AnyHandler }
}

/** The contract in charge of a path: the one with its base, else the first. */
export function contractOf(contracts: readonly Contract[], url: string): Contract {
  const found = contracts.find(({ base }) => url.startsWith(base)) ?? contracts[0]
  if (!found) throw new TypeError('at least one contract is needed')
  return found
}
