import type { AuditOutcome, CallContext, Caller, EntityTree, FeatureFlags, LockTarget } from '@opensovd/core'
import type {
  Call,
  PartialFailure,
  PlannedOperation,
  ResourceCollection,
  Result,
  Route,
  RouteTable,
  SovdError,
} from '@opensovd/sovd'

/** What a handler knows of the request beyond the parts its row names. */
export interface RequestContext extends CallContext {
  readonly caller: Caller
  /** Path and query as the client sent them. */
  readonly url: string
  /** Scheme and authority that the client addressed. */
  readonly origin: string
  /** The address that the request came from. */
  readonly peer?: string
  /** The header `Authorization` as sent. */
  readonly authorization?: string | undefined
  /** The header `Accept` as sent. */
  readonly accept?: string
  /** The id of the last event that the client saw of a stream it was cut off from. */
  readonly lastEventId?: string
  /**
   * Adds to the audit trail what the request itself does not tell of what is done.
   * @param outcome what came of it, where the answer is a success although what was asked for was not done
   */
  note?(detail: string, outcome?: Exclude<AuditOutcome, 'success'>): void
}

/** A handler as the pipeline sees it; the contract's own handlers are checked against their rows. */
export type AnyHandler = (call: Call, context: RequestContext) => Promise<unknown> | unknown

export interface Collection {
  readonly items: readonly unknown[]
  readonly partial?: readonly PartialFailure[]
}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

export interface ErrorAnswer {
  readonly status: number
  readonly body: unknown
}

/** The headers of a success, by the parameters in the path of the request. */
export type HeadersOf = (params: Readonly<Record<string, string>>) => Readonly<Record<string, string>>

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
  /** What makes the headers of the successes of a row, beyond those of every answer. Absent: it has none. */
  headersOf?(row: Route): HeadersOf | undefined
  readonly isValidId: (id: string) => boolean
  /** What can be switched off. Absent: nothing can. */
  readonly features?: FeatureFlags
  /**
   * Reads what the request wants of a collection, and returns what makes the body of it. Absent: no row has one.
   * @throws SovdError `invalid-request`
   */
  collection?(row: Route, context: string, url: string): (result: Collection) => unknown
  /**
   * Refuses a request that changes what another's lock is about.
   * @throws SovdError `conflict`
   */
  requireUnlocked(collection: ResourceCollection, params: Readonly<Record<string, string>>, caller: Caller): void
  /** What a request is about: an entity, or else the vehicle. */
  targetOf(params: Readonly<Record<string, string>>): LockTarget
  /** A request that changes something of a collection is over, well or not. */
  changed(collection: ResourceCollection, params: Readonly<Record<string, string>>): void
  /** The same contract over what tenants have who are kept apart, by their ids. Absent: nobody is. */
  readonly views?: ReadonlyMap<string, ContractView>
  /** @param row what the request was to do, if that is known */
  errorAnswer(error: SovdError, row?: Route): ErrorAnswer
}

/** A contract over what one tenant has of the vehicle. */
export interface ContractView {
  readonly contract: Contract
  readonly tree: EntityTree
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

/** The contract in charge of a path: the one that has it at the root, or else the nearest base above it, or else the first. */
export function contractOf(contracts: readonly Contract[], url: string): Contract {
  const [path = ''] = url.split('?', 1)
  const above = contracts.filter(({ base }) => path === base || path.startsWith(`${base}/`))
  const nearest = above.toSorted((a, b) => b.base.length - a.base.length)[0]
  const found = contracts.find((contract) => hasAtRoot(contract, path)) ?? nearest ?? contracts[0]
  if (!found) throw new TypeError('at least one contract is needed')
  return found
}

function hasAtRoot({ table }: Contract, path: string): boolean {
  return Object.values(table).some(
    (row) => row.mount === 'root' && (row.path === path || row.aliases?.includes(path) === true),
  )
}
