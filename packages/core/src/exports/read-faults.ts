import { type Clock, pick, raceSignal, withTimeout } from '@opensovd/base'
import { type PartialFailure, SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'
import { type Fault, type FaultFacet, type FaultList, faultListOf } from '../facets/faults.ts'
import type { CallContext } from '../ports/call-context.ts'
import { mapInOrder } from './map-in-order.ts'
import { RepeatedFaults } from './repeated-faults.ts'

/** Entities that are asked at a time, and whose lists may wait to be taken. */
const MAX_LISTS = 8
/** How long the list of one entity may take. */
const PATIENCE_MS = 10_000
/** A backend is not asked any more after so many of its entities in a row took longer. */
const MAX_SILENCES = 3

export interface FaultsOfEntity {
  readonly entity: Entity
  readonly faults: readonly Fault[]
  /** Why faults are missing. */
  readonly partial: readonly PartialFailure[]
}

interface Reading {
  /** Names of backends by the keys of their entities. */
  readonly backends: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly context: CallContext
  /** How many entities of a backend in a row did not answer in time. */
  readonly silences: Map<string, number>
}

/**
 * What has faults to export: components, then those apps and functions of backends that have a fault memory of their
 * own. What is only declared to act on components has theirs.
 */
export function faultSources(tree: EntityTree): readonly Entity[] {
  const found = tree.backends.flatMap(({ snapshot }) => snapshot.entities)
  const own = new Set(found.filter(hasFaults).map(keyOf))
  const others = [...tree.list('app'), ...tree.list('function')]
  return [...tree.list('component'), ...others.filter((entity) => own.has(keyOf(entity)))].filter(hasFaults)
}

/**
 * The faults of entities, in the order of these, each list read only shortly before it is taken. One that cannot be
 * asked, or takes too long, leaves a gap that is told of. A fault that an app or a function has from a component
 * before it is not told again.
 */
export async function* readFaults(
  tree: EntityTree,
  entities: readonly Entity[],
  clock: Clock,
  context: CallContext,
): AsyncGenerator<FaultsOfEntity, void, undefined> {
  const reading: Reading = { backends: backendsOf(tree), clock, context, silences: new Map() }
  const repeated = new RepeatedFaults(tree, entities)
  const lists = mapInOrder(entities, MAX_LISTS, async (entity) => ({ entity, list: await listOf(entity, reading) }))
  for await (const { entity, list } of lists) {
    yield { entity, faults: repeated.without(entity, list.faults), partial: list.partial ?? [] }
  }
}

async function listOf(entity: Entity, { backends, clock, context, silences }: Reading): Promise<FaultList> {
  const { faults } = entity.facets
  if (!faults) return { faults: [] }
  const backend = backends.get(keyOf(entity)) ?? 'unknown'
  const silent = silences.get(backend) ?? 0
  if (silent >= MAX_SILENCES) return gap(backend, lateError(entity))
  let isLate = false
  const late = () => {
    isLate = true
    silences.set(backend, (silences.get(backend) ?? 0) + 1)
    return lateError(entity)
  }
  try {
    const list = await withTimeout(clock, PATIENCE_MS, late, context.signal, (signal) =>
      raceSignal(ask(faults, context, signal), signal),
    )
    silences.delete(backend)
    return list
  } catch (error) {
    if (context.signal.aborted || !(error instanceof SovdError)) throw error
    if (!isLate) silences.delete(backend)
    return gap(backend, error)
  }
}

async function ask(faults: FaultFacet, context: CallContext, signal: AbortSignal): Promise<FaultList> {
  return faultListOf(faults, { ...pick(context, ['caller', 'traceparent']), signal })
}

function lateError({ kind, id }: Entity): SovdError {
  return new SovdError('gateway-timeout', `${kind} '${id}' did not tell its faults within ${PATIENCE_MS / 1000} s`)
}

function gap(backend: string, { code, message }: SovdError): FaultList {
  return { faults: [], partial: [{ backend, code, message }] }
}

/** Of several backends that have an entity, the first one counts. */
function backendsOf({ backends }: EntityTree): ReadonlyMap<string, string> {
  const all = backends.flatMap(({ name, snapshot }) => snapshot.entities.map((each) => [keyOf(each), name] as const))
  return new Map(all.toReversed())
}

function keyOf({ kind, id }: Entity): string {
  return `${kind}/${id}`
}

function hasFaults({ facets }: Entity): boolean {
  return facets.faults !== undefined
}
