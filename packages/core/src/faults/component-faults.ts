import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { unsupported } from '../entities/facet-of.ts'
import type { Fault, FaultFacet, FaultList } from '../facets/faults.ts'
import type { CallContext } from '../ports/call-context.ts'
import { clearerOf } from './clearer.ts'
import { combineFaults } from './combine-faults.ts'
import type { FaultManager } from './fault-manager.ts'
import { faultOf } from './reported-fault.ts'

/**
 * The faults of a component: those of its own memory, if it has one, and those that programs reported for it.
 * A fault is cleared where it came from. What is cleared in both places is cleared in the component's memory first;
 * when that refuses, nothing is cleared.
 * @param backend where the component's memory is, for those who are told that it could not be read
 */
export function componentFaults(component: Entity, backend: string, manager: FaultManager): FaultFacet {
  const { id: componentId } = component
  const own = component.facets.faults
  const reportedFaults = () => manager.of(componentId).map(faultOf)

  async function list(context: CallContext): Promise<readonly Fault[]> {
    return combineFaults(own ? await own.list(context) : [], reportedFaults())
  }

  async function listPartly(context: CallContext): Promise<FaultList> {
    try {
      return { faults: await list(context) }
    } catch (error) {
      const faults = reportedFaults()
      if (context.signal.aborted || !(error instanceof SovdError) || faults.length === 0) throw error
      return { faults, partial: [{ backend, code: error.code, message: error.message }] }
    }
  }

  async function read(id: string, context: CallContext): Promise<Fault> {
    const reported = manager.find(componentId, id)
    if (!reported) return own ? await readOwn(own, id, context) : notThere(id)
    try {
      const ofItsOwn = own ? [await readOwn(own, id, context)] : []
      return combineFaults(ofItsOwn, [faultOf(reported)])[0] ?? notThere(id)
    } catch (error) {
      if (context.signal.aborted || !(error instanceof SovdError)) throw error
      return faultOf(reported)
    }
  }

  async function readOwn(memory: FaultFacet, id: string, context: CallContext): Promise<Fault> {
    if (memory.read) return memory.read(id, context)
    return (await memory.list(context)).find((fault) => fault.id === id) ?? notThere(id)
  }

  async function clear(id: string, context: CallContext): Promise<void> {
    const { sequence } = manager
    const isReported = manager.find(componentId, id) !== undefined
    if (!own && !isReported) notThere(id)
    if (own && (!isReported || (await own.list(context)).some((fault) => fault.id === id))) {
      if (!own.clear) throw unsupported(component, 'clearing a single fault')
      await own.clear(id, context)
    }
    manager.clear(componentId, sequence, id, clearerOf(context.caller))
  }

  async function clearAll(context: CallContext): Promise<void> {
    const { sequence } = manager
    if (own?.clearAll) await own.clearAll(context)
    else if (own && (await own.list(context)).length > 0) throw unsupported(component, 'clearing faults')
    manager.clear(componentId, sequence, undefined, clearerOf(context.caller))
  }

  function notThere(id: string): never {
    throw new SovdError('not-found', `Fault '${id}' not found for component '${componentId}'`, { target: id })
  }

  // The manager tells of its own changes itself.
  const watch = own?.watch?.bind(own)
  return { list, listPartly, read, clear, clearAll, ...(watch ? { watch } : {}) }
}
