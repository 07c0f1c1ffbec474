import type { FaultHistory } from '../history/fault-history.ts'
import { hasComponent, type Tenant } from './tenant.ts'

/** The history of the components that there are for a tenant. */
export function historyFor(history: FaultHistory, tenant: Tenant): FaultHistory {
  if (!tenant.components) return history
  return {
    counters: history.counters,
    append: (past) => history.append(past),
    async *read(query, signal) {
      for await (const past of history.read(query, signal)) {
        if (hasComponent(tenant, past.fault.componentId)) yield past
      }
    },
  }
}
