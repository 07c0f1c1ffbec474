import { isJsonObject, type JsonObject } from '@opensovd/base'
import type { CallContext, Fault, FaultFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { detail, fault, withOwnIds } from '../sovd/iso/faults.ts'
import { itemsOf, listOf, objectOf } from '../sovd/shape.ts'
import { segment } from './path.ts'
import type { Source } from './source.ts'

const WITH_ENVIRONMENT = 'include-extended-data=true&include-snapshot-data=true'

/**
 * Fault memory of a component. The adapter lists what an ECU can have as well, with no bit of its status set; it takes a
 * code that is none for a bad request, and clears what is not there: here such a fault is not found.
 */
export function cdaFaults({ api, path, lock }: Source): FaultFacet {
  const collection = `${path}/faults`
  const list: FaultFacet['list'] = (context) =>
    api.get(collection, context, (json) =>
      withOwnIds(listOf({ items: itemsOf(json, 'items').filter(isThere).map(withSeverity) }, 'items', fault)),
    )

  async function find(id: string, context: CallContext): Promise<Fault> {
    const found = (await list(context)).find((each) => isSame(each.id, id))
    if (found) return found
    throw new SovdError('not-found', `no fault ${JSON.stringify(id.slice(0, 100))}`, { target: id })
  }

  return {
    list,
    read: async (id, context) => {
      const { id: own, code } = await find(id, context)
      const one = `${collection}/${segment(code)}?${WITH_ENVIRONMENT}`
      return { ...(await api.get(one, context, (json) => detail(withItem(objectOf(json))))), id: own }
    },
    clearAll: (context) =>
      lock.use(context, () => api.change({ method: 'DELETE', path: collection }, context, () => {})),
    clear: async (id, context) => {
      const { code } = await find(id, context)
      const one = `${collection}/${segment(code)}`
      await lock.use(context, () => api.change({ method: 'DELETE', path: one }, context, () => {}))
    },
  }
}

/** Whether an ECU has anything to tell of a fault. */
function isThere({ status }: JsonObject): boolean {
  return !isJsonObject(status) || Object.values(status).some((bit) => bit === true) || !('mask' in status)
}

/** 0 is what databases say that tell no severity. */
function withSeverity({ severity, ...item }: JsonObject): JsonObject {
  return severity === 0 || severity === undefined ? item : { ...item, severity }
}

function withItem(body: JsonObject): JsonObject {
  return { ...body, item: withSeverity(objectOf(body.item)) }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
