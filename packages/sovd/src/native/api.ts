import { appRoutes } from './routes/apps.ts'
import { areaRoutes } from './routes/areas.ts'
import { auditRoutes } from './routes/audit.ts'
import { bridgeRoutes } from './routes/bridge.ts'
import { catalogRoutes } from './routes/catalog.ts'
import { configurationRoutes } from './routes/configurations.ts'
import { dataRoutes } from './routes/data.ts'
import { discoveryRoutes } from './routes/discovery.ts'
import { documentRoutes } from './routes/documents.ts'
import { eventRoutes } from './routes/events.ts'
import { exportRoutes } from './routes/exports.ts'
import { faultIntakeRoutes } from './routes/fault-intake.ts'
import { faultRoutes } from './routes/faults.ts'
import { featureRoutes } from './routes/features.ts'
import { functionRoutes } from './routes/functions.ts'
import { lockRoutes } from './routes/locks.ts'
import { logRoutes } from './routes/logs.ts'
import { modeRoutes } from './routes/modes.ts'
import { observeRoutes } from './routes/observe.ts'
import { operationRoutes } from './routes/operations.ts'
import { proximityRoutes } from './routes/proximity.ts'
import { softwarePackageRoutes } from './routes/software-packages.ts'
import { udsRoutes } from './routes/x-uds.ts'

/** The native contract: OData style, `/sovd/v1` by default. */
export const NATIVE_API = {
  ...discoveryRoutes,
  ...documentRoutes,
  ...dataRoutes,
  ...faultRoutes,
  ...faultIntakeRoutes,
  ...operationRoutes,
  ...appRoutes,
  ...functionRoutes,
  ...areaRoutes,
  ...auditRoutes,
  ...bridgeRoutes,
  ...lockRoutes,
  ...modeRoutes,
  ...logRoutes,
  ...configurationRoutes,
  ...exportRoutes,
  ...catalogRoutes,
  ...featureRoutes,
  ...proximityRoutes,
  ...eventRoutes,
  ...softwarePackageRoutes,
  ...observeRoutes,
  ...udsRoutes,
} as const

export type NativeApi = typeof NATIVE_API

/** The SOVD release the native contract follows. */
export const SOVD_VERSION = '1.1.0'

/** The policy for identifiers in paths. */
export const ENTITY_ID = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,128}$/
