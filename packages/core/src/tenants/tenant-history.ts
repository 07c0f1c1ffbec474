import type { FaultHistory } from '../history/fault-history.ts'
import { componentsOf, type PastFault } from '../history/past-fault.ts'
import { hasComponent, type Tenant } from './tenant.ts'

/** The history of what there is for a tenant, without the names of the clients of others. */
export function historyFor(history: FaultHistory, tenant: Tenant): FaultHistory {
  return {
    counters: history.counters,
    append: (past) => history.append(past),
    async *read(query, signal) {
      for await (const past of history.read(query, signal)) {
        if (isThereFor(tenant, past)) yield withoutOthers(tenant, past)
      }
    },
  }
}

function isThereFor(tenant: Tenant, past: PastFault): boolean {
  if (!tenant.components) return true
  const components = componentsOf(past)
  return components.length > 0 && components.every((id) => hasComponent(tenant, id))
}

function withoutOthers({ id }: Tenant, past: PastFault): PastFault {
  const { by, ...rest } = past
  return by && by.tenant !== id ? rest : past
}
