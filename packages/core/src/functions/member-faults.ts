import { messageOf } from '@opensovd/base'
import { type PartialFailure, SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { unsupported } from '../entities/facet-of.ts'
import { type Fault, type FaultFacet, type FaultList, faultListOf } from '../facets/faults.ts'
import { COMPONENT_SCOPE } from '../faults/reported-fault.ts'
import type { CallContext } from '../ports/call-context.ts'

type Member = Entity & { readonly facets: { readonly faults: FaultFacet } }

/**
 * The faults of components as those of what they make up. Their ids begin with the component's, and the component is
 * their scope unless they have a smaller one. They are cleared where they are; with several components, as far as these let us.
 * @returns nothing when no component has a fault memory
 */
export function memberFaults(
  memberIds: readonly string[],
  components: ReadonlyMap<string, Entity>,
): FaultFacet | undefined {
  const members = memberIds.map((id) => components.get(id)).filter(hasFaults)
  if (members.length === 0) return undefined

  const listPartly = async (context: CallContext): Promise<FaultList> => {
    const lists = await Promise.all(members.map((member) => faultsOf(member, context)))
    const partial = lists.flatMap((list) => list.partial ?? [])
    const [first] = lists.flatMap(({ error }) => (error === undefined ? [] : [error]))
    if (first && lists.every(({ error }) => error !== undefined)) throw first
    return { faults: lists.flatMap(({ faults }) => faults), ...(partial.length > 0 ? { partial } : {}) }
  }

  return {
    listPartly,
    list: async (context) => (await listPartly(context)).faults,
    read: async (id, context) => {
      const { member, faultId } = placeOf(members, id)
      return faultOf(member, await readOf(member, faultId, context))
    },
    clear: async (id, context) => {
      const { member, faultId } = placeOf(members, id)
      const { clear } = member.facets.faults
      if (!clear) throw unsupported(member, 'clearing a single fault')
      await clear(faultId, context)
    },
    clearAll: async (context) => {
      const failures = await Promise.all(members.map((member) => clearAllOf(member, context)))
      const failed = failures.filter((failure) => failure !== undefined)
      if (failed.length > 0) throw joined(failed)
    },
  }
}

function hasFaults(entity: Entity | undefined): entity is Member {
  return entity?.facets.faults !== undefined
}

function faultOf({ id }: Entity, fault: Fault): Fault {
  const { scope = COMPONENT_SCOPE } = fault
  return { ...fault, id: `${id}.${fault.id}`, scope: scope === COMPONENT_SCOPE ? id : scope }
}

interface MemberList extends FaultList {
  readonly error?: SovdError
}

async function faultsOf(member: Member, context: CallContext): Promise<MemberList> {
  try {
    const { faults, partial } = await faultListOf(member.facets.faults, context)
    return { faults: faults.map((fault) => faultOf(member, fault)), ...(partial ? { partial } : {}) }
  } catch (error) {
    if (!(error instanceof SovdError) || context.signal.aborted) throw error
    const failure: PartialFailure = { backend: member.id, code: error.code, message: messageOf(error) }
    return { faults: [], partial: [failure], error }
  }
}

async function readOf({ facets: { faults } }: Member, id: string, context: CallContext): Promise<Fault> {
  if (faults.read) return faults.read(id, context)
  return (await faults.list(context)).find((fault) => fault.id === id) ?? notThere(id)
}

/** The component that an id begins with: the longest one, should there be several. */
function placeOf(members: readonly Member[], id: string): { member: Member; faultId: string } {
  const [member] = members.filter((each) => id.startsWith(`${each.id}.`)).toSorted((a, b) => b.id.length - a.id.length)
  return member ? { member, faultId: id.slice(member.id.length + 1) } : notThere(id)
}

async function clearAllOf(member: Member, context: CallContext): Promise<SovdError | undefined> {
  try {
    const { clearAll } = member.facets.faults
    if (!clearAll) throw unsupported(member, 'clearing faults')
    await clearAll(context)
    return undefined
  } catch (error) {
    if (error instanceof SovdError && !context.signal.aborted) return error
    throw error
  }
}

/** One error that says what each of the components said. */
function joined(failures: readonly SovdError[]): SovdError {
  const [first, ...others] = failures
  if (!first || others.length === 0) return first ?? new SovdError('internal-error', 'nothing failed')
  return new SovdError(first.code, failures.map(messageOf).join('; '), { cause: first })
}

function notThere(id: string): never {
  throw new SovdError('not-found', `Fault '${id}' not found`, { target: id })
}
