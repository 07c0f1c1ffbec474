import { type Clock, type Logger, pick } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { ListedScript, ScriptFacet } from '../facets/scripts.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { LogSink } from '../logs/log-sink.ts'
import type { CallContext } from '../ports/call-context.ts'
import type { Proximity } from '../proximity/proximity.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { EntityTools } from './entity-calls.ts'
import type { Script, ScriptRunner, ScriptStore } from './script.ts'
import { ScriptExecutions } from './script-executions.ts'
import { ScriptProximity } from './script-proximity.ts'
import { type ScriptRules, sourceScripts } from './source-scripts.ts'

export interface ScriptsOptions {
  readonly store: ScriptStore
  readonly runner: ScriptRunner
  readonly maxRunning?: number
  readonly maxExecutions?: number
  /** How many executions may be waiting for restarts. */
  readonly maxRegistered?: number
  /** What runs longer is ended, and has failed. */
  readonly timeoutMs?: number
  /** How long a script that is asked to stop may take for that. */
  readonly stopMs?: number
  /** How long an execution that is over can be read. */
  readonly retainMs?: number
  /** Whether only who proves to be near the vehicle may start one. */
  readonly proximityProofRequired?: boolean
}

export interface ScriptsDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  readonly tools: EntityTools
  readonly logs: LogSink
  readonly proximity: Proximity
  /** On whose behalf scripts act; absent: nobody's in particular. */
  readonly tenant?: Tenant
}

const DEFAULTS = {
  maxRunning: 2,
  maxExecutions: 1000,
  maxRegistered: 100,
  timeoutMs: 60_000,
  stopMs: 5000,
  retainMs: 3_600_000,
  proximityProofRequired: false,
}

interface OwnScripts {
  readonly store: ScriptStore
  readonly runner: ScriptRunner
  readonly executions: ScriptExecutions
}

/**
 * The programs that clients put at entities, and their executions [17978-3 7.15]: those that the source of an entity
 * keeps, or else those that are kept and run here.
 */
export class Scripts implements AsyncDisposable {
  readonly #retainMs: number
  readonly #rules: ScriptRules
  readonly #own: OwnScripts | undefined

  /** @param options absent: none are kept here */
  constructor(deps: ScriptsDeps, options: ScriptsOptions | undefined) {
    const settled = { ...DEFAULTS, ...options }
    this.#retainMs = settled.retainMs
    const proximity = new ScriptProximity(deps.proximity, settled.proximityProofRequired)
    this.#rules = { locks: deps.tools.locks, proximity }
    this.#own = options && {
      ...options,
      executions: new ScriptExecutions({ ...deps, ...settled, store: options.store, runner: options.runner }),
    }
  }

  /** Whether an entity can have any. */
  areAt({ facets }: Entity): boolean {
    return facets.scripts !== undefined || this.#own !== undefined
  }

  /** @throws SovdError `not-found` where there can be none */
  at({ kind, id, facets }: Entity): ScriptFacet {
    if (facets.scripts) return sourceScripts(facets.scripts, { kind, id }, this.#rules)
    if (this.#own) return this.#ownAt(this.#own, { kind, id })
    throw new SovdError('not-found', `${kind} '${id}' has no scripts`, { target: 'scripts' })
  }

  /** Ends and removes all of an entity. */
  async clear(entity: Entity, context: CallContext): Promise<void> {
    if (!this.areAt(entity)) return
    const scripts = this.at(entity)
    for (const { id } of await scripts.list(context)) {
      for (const each of await scripts.executions(id, context)) await scripts.removeExecution(id, each, context)
      await scripts.remove(id, context)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#own?.executions[Symbol.asyncDispose]()
  }

  #ownAt(own: OwnScripts, entity: EntityRef): ScriptFacet {
    const { store, runner, executions } = own
    const { proximity } = this.#rules
    const find = (id: string) => scriptAt(store, entity, id)
    return {
      retainMs: this.#retainMs,
      list: async () => store.list(entity).map((script) => proximity.mark(listed(script))),
      find: async (id, context) => proximity.challenge(listed(find(id)), entity, context),
      add: (upload, { signal }) => store.add(entity, upload, (script) => runner.check(script, signal), signal),
      remove: async (id) => remove(own, find(id)),
      executions: async (scriptId) => executions.list(find(scriptId)).map(({ id }) => id),
      start: async (scriptId, request, context) => {
        const script = find(scriptId)
        proximity.require(scriptId, entity, request.proximityResponse, context)
        const { id, state } = await executions.start(script, request, pick(context, ['caller', 'traceparent']))
        return { id, status: state.status }
      },
      execution: async (scriptId, id) => executions.get(find(scriptId), id),
      end: async (scriptId, id, how) => executions.end(find(scriptId), id, how),
      removeExecution: async (scriptId, id) => executions.remove(find(scriptId), id),
    }
  }
}

function listed({ id, name }: Script): ListedScript {
  return { id, ...(name === undefined ? {} : { name }), proximityProofRequired: false }
}

/** @throws SovdError `not-found` */
function scriptAt(store: ScriptStore, entity: EntityRef, id: string): Script {
  const script = store.list(entity).find((each) => each.id === id)
  if (script) return script
  throw new SovdError('not-found', `there is no script '${id}' at ${entity.kind} '${entity.id}'`, { target: id })
}

async function remove({ store, executions }: OwnScripts, script: Script): Promise<void> {
  if (executions.isRunning(script)) {
    throw new SovdError('conflict', `script '${script.id}' is running`, { target: script.id })
  }
  for (const { id } of executions.list(script)) await executions.remove(script, id)
  await store.remove(script)
}
