import assert from 'node:assert/strict'
import type { Json } from '@opensovd/base'
import { aggregatedStatus, type CallContext, type Entity, facetOf, SESSION } from '@opensovd/core'
import { SovdError, type SovdErrorCode } from '@opensovd/sovd'

const context: CallContext = { signal: new AbortController().signal }

/** What a tester asks of an entity, in one call each. */
export function testerOf(entity: Entity) {
  const data = facetOf(entity, 'data')
  const faults = facetOf(entity, 'faults')
  const operations = facetOf(entity, 'operations')
  const modes = facetOf(entity, 'modes')
  const configurations = facetOf(entity, 'configurations')
  assert.ok(data.write && faults.read && faults.clear && faults.clearAll && operations.stop && configurations.write)
  const { write: writeData } = data
  const { read: readFault, clear, clearAll } = faults
  const { stop } = operations
  const { write: writeParameter } = configurations
  return {
    items: () => data.list(context),
    reading: (id: string) => data.read(id, context),
    read: async (id: string) => (await data.read(id, context)).value,
    write: (id: string, value: Json) => writeData(id, value, context),
    faults: () => faults.list(context),
    fault: (id: string) => readFault(id, context),
    /** `active`, `passive`, `pending`, or nothing. */
    faultStatus: async (id: string) => {
      const fault = (await faults.list(context)).find((fault) => fault.id === id)
      return fault && aggregatedStatus(fault.status)
    },
    clearFault: (id: string) => clear(id, context),
    clearFaults: () => clearAll(context),
    operations: () => operations.list(context),
    /** The id at the source of the execution started. */
    start: async (operationId: string, parameters?: Json) => {
      const { id } = await operations.start(operationId, parameters, context)
      assert.ok(id)
      return id
    },
    state: (operationId: string, executionId: string) => operations.state(operationId, executionId, context),
    stop: (operationId: string, executionId: string) => stop(operationId, executionId, context),
    modes: () => modes.list(context),
    setMode: (value: string, group = SESSION) => modes.set(group, value, context),
    parameters: () => configurations.readAll(context),
    writeParameter: (name: string, value: Json) => writeParameter(name, value, context),
  }
}

/** For `assert.rejects`: a SovdError with this code and a message like this. */
export function sovdError(code: SovdErrorCode, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof SovdError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, message)
    return true
  }
}
