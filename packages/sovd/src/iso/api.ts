import { authRoutes } from './routes/auth.ts'
import { bulkDataRoutes } from './routes/bulk-data.ts'
import { clearDataRoutes } from './routes/clear-data.ts'
import { communicationLogRoutes } from './routes/communication-logs.ts'
import { configurationRoutes } from './routes/configurations.ts'
import { dataRoutes } from './routes/data.ts'
import { dataListRoutes } from './routes/data-lists.ts'
import { discoveryRoutes } from './routes/discovery.ts'
import { faultRoutes } from './routes/faults.ts'
import { lockRoutes } from './routes/locks.ts'
import { logRoutes } from './routes/logs.ts'
import { modeRoutes } from './routes/modes.ts'
import { operationRoutes } from './routes/operations.ts'
import { relationRoutes } from './routes/relations.ts'
import { scriptRoutes } from './routes/scripts.ts'
import { statusRoutes } from './routes/status.ts'
import { subscriptionRoutes } from './routes/subscriptions.ts'
import { triggerRoutes } from './routes/triggers.ts'
import { updateRoutes } from './routes/updates.ts'

/** The contract of ISO 17978-3, `/vehicle/v1` by default. */
export const ISO_API = {
  ...discoveryRoutes,
  ...relationRoutes,
  ...dataRoutes,
  ...faultRoutes,
  ...operationRoutes,
  ...modeRoutes,
  ...configurationRoutes,
  ...lockRoutes,
  ...bulkDataRoutes,
  ...updateRoutes,
  ...clearDataRoutes,
  ...statusRoutes,
  ...dataListRoutes,
  ...communicationLogRoutes,
  ...logRoutes,
  ...subscriptionRoutes,
  ...triggerRoutes,
  ...scriptRoutes,
  ...authRoutes,
} as const

export type IsoApi = typeof ISO_API

/** The release of the standard, as version-info tells it [17978-3 7.4]. */
export const ISO_VERSION = '1.1'
