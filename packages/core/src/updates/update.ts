import type { Json } from '@opensovd/base'

/** New software for components of the vehicle [17978-3 7.18]. */
export interface UpdatePackage {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly sizeBytes: number
  /** Whether it can be prepared and executed in one go, without anybody's help. */
  readonly automated: boolean
  readonly origin: 'remote' | 'proximity'
  /** Ids of the components that get something new, in the order in which they do. */
  readonly updatedComponents: readonly string[]
  /** Ids of those that notice it. */
  readonly affectedComponents: readonly string[]
  /** What components had before it was executed, by their ids. */
  readonly previousVersions?: Readonly<Record<string, string>>
  readonly notes?: string
  /** What the user has to do. */
  readonly userActivity?: string
  /** What must be so before it is prepared, and executed. */
  readonly preconditions?: string
  readonly executionConditions?: string
  readonly durationSeconds?: number
}

export type UpdatePhase = 'prepare' | 'execute' | 'rollback'

export type UpdateState = 'pending' | 'inProgress' | 'failed' | 'completed'

/** How far one component is. */
export interface UpdatePart {
  readonly componentId: string
  readonly state: UpdateState
  /** Percent. */
  readonly progress?: number
  readonly error?: string
}

/** How far an update is. */
export interface UpdateStatus {
  readonly phase: UpdatePhase
  readonly state: UpdateState
  /** Percent. */
  readonly progress?: number
  /** What is being done, in a few words. */
  readonly step?: string
  readonly parts: readonly UpdatePart[]
  readonly error?: string
  /** RFC 3339 time of the last change. */
  readonly changedAt?: string
}

export interface UpdateReport {
  step?(text: string): void
  /** @param percent of the component's part in this phase */
  part(componentId: string, state: UpdateState, percent?: number): void
}

/** What a provider may use of the vehicle. */
export interface UpdateTools {
  /**
   * Runs an operation of a component to its end; an abort stops it.
   * @throws SovdError when it cannot be started, fails, or is stopped
   */
  runOperation(
    place: { readonly componentId: string; readonly operationId: string },
    parameters: Json,
    onProgress: (percent: number) => void,
    signal: AbortSignal,
  ): Promise<void>
  /**
   * The bytes of a file of a component.
   * @throws SovdError
   */
  readFile(
    place: { readonly componentId: string; readonly category: string; readonly fileId: string },
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>
}

/** Where updates come from, and who installs them. Calls reject with `SovdError`. */
export interface UpdateProvider {
  list(): Promise<readonly UpdatePackage[]>
  /** Adds a package by what a client says of it; resolves to its id. */
  register?(manifest: Json): Promise<string>
  /** @throws SovdError `method-not-allowed` for a package that clients may not remove */
  remove?(id: string): Promise<void>
  /**
   * Does what a phase takes. An abort leaves each component either as it was or as it is to be.
   * @throws SovdError `not-implemented` for a phase that cannot be had
   */
  run(id: string, phase: UpdatePhase, report: UpdateReport, tools: UpdateTools, signal: AbortSignal): Promise<void>
  /** The status that was kept last; a process that was under way then is over. */
  statusOf(id: string): Promise<UpdateStatus | undefined>
  keepStatus(id: string, status: UpdateStatus): Promise<void>
}
