import type { JsonObject } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { facetOf, unsupported } from '../entities/facet-of.ts'
import type { EntityTree } from '../entities/tree.ts'
import { DTC_SETTING, type ModeFacet, SESSION } from '../facets/modes.ts'
import type { ModeExpirations } from '../modes/mode-expirations.ts'
import type { CallContext } from '../ports/call-context.ts'
import { changeUnderLock, type ReversibleChange, undoableOf } from './change-under-lock.ts'
import type { Locks } from './locks.ts'

/** A mode group, and a value of it. */
export interface ModeSetting {
  readonly groupId: string
  readonly value: string
  /** What the source wants beside the value: the key of a security level, say. */
  readonly parameters?: JsonObject
  /** After so long it goes back by itself, to its default. */
  readonly expiresAfterMs?: number
}

const DEFAULT_SESSION: ModeSetting = { groupId: SESSION, value: 'default' }
const COMMUNICATION_ON = 'enableRxAndEnableTx'

/** What undoes a change of a mode, where the standard says it. What was unlocked stays so until the session ends. */
const DEFAULTS: ReadonlyMap<string, ModeSetting> = new Map([
  [SESSION, DEFAULT_SESSION],
  ['security', DEFAULT_SESSION],
  ['authentication', DEFAULT_SESSION],
  [DTC_SETTING, { groupId: DTC_SETTING, value: 'on' }],
  ['commctrl', { groupId: 'commctrl', value: COMMUNICATION_ON }],
  ['comm-ctrl', { groupId: 'comm-ctrl', value: COMMUNICATION_ON }],
])

/** Who sees to it that modes go back. */
export interface ModeKeepers {
  readonly tree: EntityTree
  readonly locks: Locks
  /** Absent: no mode can expire. */
  readonly modeExpirations?: ModeExpirations
}

/**
 * Changes a mode; resolves to what the source answers beside the value, such as a seed. If the caller does it under a
 * lock, the default comes back when the lock ends; if it is to expire, then. A group without a known default goes back
 * to the value it has now.
 * @throws SovdError what the source refuses with; `invalid-request` for parameters that the source takes none of;
 * `not-implemented` for one that is to expire and that nobody knows how to set back
 */
export async function changeMode(
  { tree, locks, modeExpirations }: ModeKeepers,
  entity: Entity,
  setting: ModeSetting,
  context: CallContext,
): Promise<JsonObject> {
  const { groupId, expiresAfterMs } = setting
  const modes = facetOf(entity, 'modes')
  const isTemporary = expiresAfterMs !== undefined || locks.isUnderLock(entity, 'modes', context.caller)
  const back = isTemporary ? (DEFAULTS.get(groupId) ?? (await currentSetting(modes, groupId, context))) : undefined
  if (expiresAfterMs !== undefined && !(back && modeExpirations))
    throw unsupported(entity, `a '${groupId}' that expires`)
  const change: ReversibleChange<JsonObject> = {
    entity,
    collection: 'modes',
    name: nameOf(groupId),
    change: async () => {
      await modeExpirations?.supersede(entity, nameOf(groupId), context.signal)
      return applySetting(modes, setting, context)
    },
    ...(back && {
      undoName: nameOf(back.groupId),
      undo: (later, undoing) => facetOf(later, 'modes').set(back.groupId, back.value, undoing),
    }),
  }
  const answer = await changeUnderLock({ tree, locks }, change, context)
  const undoable = undoableOf(tree, change, Promise.resolve(true))
  if (undoable && expiresAfterMs !== undefined) modeExpirations?.arrange(undoable, expiresAfterMs)
  return answer
}

/** Leaves whatever session an entity is in, and with it what was unlocked. */
export async function leaveSession(entity: Entity, context: CallContext): Promise<void> {
  await facetOf(entity, 'modes').set(SESSION, 'default', context)
}

async function applySetting(
  modes: ModeFacet,
  { groupId, value, parameters }: ModeSetting,
  context: CallContext,
): Promise<JsonObject> {
  if (modes.exchange) return modes.exchange(groupId, { value, parameters: parameters ?? {} }, context)
  if (parameters) throw new SovdError('invalid-request', `mode '${groupId}' takes nothing but a value`)
  await modes.set(groupId, value, context)
  return {}
}

function nameOf(groupId: string): string {
  return `modes/${groupId}`
}

/** What a group is at, unless its source does not tell. */
async function currentSetting(
  modes: ModeFacet,
  groupId: string,
  context: CallContext,
): Promise<ModeSetting | undefined> {
  const group = (await modes.list(context)).find(({ id }) => id === groupId)
  const isKnown = group?.values.some(({ value }) => value === group.value)
  return group && isKnown ? { groupId, value: group.value } : undefined
}
