import type { Clock, Json } from '@opensovd/base'
import { type ResourceCollection, SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { facetOf, unsupported } from '../entities/facet-of.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { Locks } from '../locks/locks.ts'
import { changeMode } from '../locks/mode-change.ts'
import type { ModeExpirations } from '../modes/mode-expirations.ts'
import { isRunning } from '../operations/execution.ts'
import type { Executions } from '../operations/executions.ts'
import type { CallContext } from '../ports/call-context.ts'

/** What scripts reach their entity through. */
export interface EntityTools {
  readonly clock: Clock
  readonly tree: EntityTree
  readonly executions: Executions
  readonly locks: Locks
  readonly modeExpirations: ModeExpirations
  readonly events: EventBus
}

type Args = readonly Json[]

interface EntityCall {
  /** What the caller must be allowed to do, where callers are authenticated. */
  readonly permission: string
  /** What it changes: a lock of somebody else on that is in the way. */
  readonly mutates?: ResourceCollection
  run(entity: Entity, args: Args, tools: EntityTools, context: CallContext): Promise<Json | undefined>
}

/** How often an operation that a script waits for is looked at. */
const LOOK_MS = 100

const CALLS: Readonly<Record<string, EntityCall>> = {
  'data.list': {
    permission: 'data:read',
    run: async (entity, _args, _tools, context) => plain(await facetOf(entity, 'data').list(context)),
  },
  'data.read': {
    permission: 'data:read',
    run: async (entity, args, _tools, context) =>
      (await facetOf(entity, 'data').read(textOf(args[0], 'id'), context)).value,
  },
  'data.write': {
    permission: 'data:write',
    mutates: 'data',
    async run(entity, [id, value], _tools, context) {
      const data = facetOf(entity, 'data')
      if (!data.write) throw unsupported(entity, 'writing data')
      if (value === undefined) throw new SovdError('invalid-request', 'value is missing', { target: 'value' })
      await data.write(textOf(id, 'id'), value, context)
      return undefined
    },
  },
  'faults.list': {
    permission: 'faults:read',
    run: async (entity, _args, _tools, context) => plain(await facetOf(entity, 'faults').list(context)),
  },
  'faults.clear': {
    permission: 'faults:clear',
    mutates: 'faults',
    async run(entity, [id], _tools, context) {
      const faults = facetOf(entity, 'faults')
      if (!faults.clear) throw unsupported(entity, 'clearing a single fault')
      await faults.clear(textOf(id, 'id'), context)
      return undefined
    },
  },
  'faults.clearAll': {
    permission: 'faults:clear',
    mutates: 'faults',
    async run(entity, _args, _tools, context) {
      const faults = facetOf(entity, 'faults')
      if (!faults.clearAll) throw unsupported(entity, 'clearing faults')
      await faults.clearAll(context)
      return undefined
    },
  },
  'operations.list': {
    permission: 'operations:read',
    run: async (entity, _args, _tools, context) => plain(await facetOf(entity, 'operations').list(context)),
  },
  'operations.run': { permission: 'operations:execute', mutates: 'operations', run: runOperation },
  'modes.list': {
    permission: 'modes:read',
    run: async (entity, _args, _tools, context) => plain(await facetOf(entity, 'modes').list(context)),
  },
  'modes.set': {
    permission: 'modes:write',
    mutates: 'modes',
    async run(entity, [groupId, value], tools, context) {
      const setting = { groupId: textOf(groupId, 'mode'), value: textOf(value, 'value') }
      await changeMode(tools, entity, setting, context)
      return undefined
    },
  },
}

/** All that a script may need to be allowed to do. */
export const SCRIPT_PERMISSIONS: readonly string[] = [
  ...new Set(Object.values(CALLS).map(({ permission }) => permission)),
]

/** All that a script may change. */
export const SCRIPT_COLLECTIONS: readonly ResourceCollection[] = [
  ...new Set(Object.values(CALLS).flatMap(({ mutates }) => mutates ?? [])),
]

/**
 * Does for a script what its caller could do over HTTP: with the same rights, and no more past the locks of others.
 * @throws SovdError `invalid-request` for what is no call; `not-found` when the entity is gone; `forbidden`; `conflict`
 * for a lock in the way; what the source refuses with
 */
export async function callEntity(
  tools: EntityTools,
  ref: EntityRef,
  { method, args }: { readonly method: string; readonly args: Args },
  context: CallContext,
): Promise<Json | undefined> {
  const call = Object.hasOwn(CALLS, method) ? CALLS[method] : undefined
  if (!call) throw new SovdError('invalid-request', `there is no '${method}'`, { target: method })
  const { caller = {} } = context
  if (caller.permits && !caller.permits(call.permission)) {
    throw new SovdError('forbidden', `'${method}' needs the permission ${call.permission}`, { target: method })
  }
  const entity = tools.tree.get(ref.kind, ref.id)
  if (!call.mutates) return call.run(entity, args, tools, context)
  tools.locks.requireUnlocked(ref, call.mutates, caller)
  try {
    return await call.run(entity, args, tools, context)
  } finally {
    tools.events.changed(ref, call.mutates)
  }
}

/** Starts an operation and waits for what comes of it; it is stopped when nobody waits any more. */
async function runOperation(
  entity: Entity,
  [operation, parameters, proof]: Args,
  { executions, clock }: EntityTools,
  context: CallContext,
): Promise<Json | undefined> {
  const operationId = textOf(operation, 'id')
  const request = {
    ...(parameters === undefined || parameters === null ? {} : { parameters }),
    ...(proof === undefined ? {} : { proximityResponse: textOf(proof, 'proximityResponse') }),
  }
  const { id } = await executions.start(entity, operationId, request, context)
  try {
    while (isRunning(executions.get(entity, operationId, id))) await clock.sleep(LOOK_MS, context.signal)
  } catch (error) {
    const stopping = { ...context, signal: new AbortController().signal }
    if (context.signal.aborted) await executions.stop(entity, operationId, id, stopping).catch(() => {})
    throw error
  }
  const { state } = executions.get(entity, operationId, id)
  if (state.status === 'failed') throw new SovdError('bad-gateway', state.error, { target: operationId })
  if (state.status === 'stopped') throw new SovdError('conflict', `'${operationId}' was stopped`)
  return state.status === 'completed' ? state.result : undefined
}

/** What the domain knows is plain data. */
function plain(value: object): Json {
  return value as Json
}

function textOf(value: Json | undefined, name: string): string {
  if (typeof value === 'string') return value
  throw new SovdError('invalid-request', `${name} expects a text`, { target: name })
}
