import type { Diagnostics } from '@opensovd/core'
import { ENTITY_ID, ISO_API, type IsoApi, isoErrorAnswer, type RouteTable, type SecuritySchemes } from '@opensovd/sovd'
import type { TokenEndpoint } from '../auth/token-endpoint.ts'
import type { AnyHandler, Contract } from '../contract.ts'
import { contractDocs } from './docs/contract-docs.ts'
import { lockTargetOf } from './entities.ts'
import { authHandlers } from './handlers/auth.ts'
import { bulkDataHandlers } from './handlers/bulk-data.ts'
import { clearDataHandlers } from './handlers/clear-data.ts'
import { communicationLogHandlers } from './handlers/communication-logs.ts'
import { configurationHandlers } from './handlers/configurations.ts'
import { dataHandlers } from './handlers/data.ts'
import { dataListHandlers } from './handlers/data-lists.ts'
import { discoveryHandlers } from './handlers/discovery.ts'
import { executionHandlers } from './handlers/executions.ts'
import { faultHandlers } from './handlers/faults.ts'
import { lockHandlers } from './handlers/locks.ts'
import { logHandlers } from './handlers/logs.ts'
import { modeHandlers } from './handlers/modes.ts'
import { operationHandlers } from './handlers/operations.ts'
import { relationHandlers } from './handlers/relations.ts'
import { scriptHandlers } from './handlers/scripts.ts'
import { statusHandlers } from './handlers/status.ts'
import { subscriptionHandlers } from './handlers/subscriptions.ts'
import { triggerHandlers } from './handlers/triggers.ts'
import { updateHandlers } from './handlers/updates.ts'
import { withSchemas } from './include-schema.ts'
import { ResourceObserver } from './observe/observer.ts'
import { temporaryHeaders } from './temporary-headers.ts'
import { versionInfoAliases } from './version-info.ts'

export interface IsoContractOptions {
  readonly diagnostics: Diagnostics
  readonly serverName: string
  readonly serverVersion: string
  /** Prefix of its paths, without a trailing slash. */
  readonly base: string
  /** Prefixes of the other contracts, which version-info lists after this one. */
  readonly otherBases: readonly string[]
  /** What clients must show; absent: nothing. */
  readonly security?: SecuritySchemes
  /** What gives tokens to clients. Absent: they get none here. */
  readonly tokens?: TokenEndpoint
}

/** The rows of the contract with who answers them, and what describes them. */
export function isoRows(options: IsoContractOptions) {
  const { diagnostics, base, serverName, serverVersion } = options
  const bases = [base, ...options.otherBases]
  const table: RouteTable = {
    ...ISO_API,
    getVersionInfo: { ...ISO_API.getVersionInfo, aliases: versionInfoAliases(bases) },
  }
  const handlers: { readonly [K in keyof IsoApi]: AnyHandler } = {
    ...discoveryHandlers(diagnostics, { serverName, serverVersion, base, bases }),
    ...relationHandlers(diagnostics, base),
    ...dataHandlers(diagnostics),
    ...faultHandlers(diagnostics),
    ...operationHandlers(diagnostics),
    ...executionHandlers(diagnostics, base),
    ...modeHandlers(diagnostics),
    ...configurationHandlers(diagnostics),
    ...lockHandlers(diagnostics, base),
    ...bulkDataHandlers(diagnostics, base),
    ...updateHandlers(diagnostics, base),
    ...clearDataHandlers(diagnostics, base),
    ...statusHandlers(diagnostics, base),
    ...dataListHandlers(diagnostics, base),
    ...scriptHandlers(diagnostics, base),
    ...authHandlers(diagnostics, options.tokens),
    ...communicationLogHandlers(diagnostics, base),
    ...logHandlers(diagnostics, base),
    ...subscriptionHandlers({ diagnostics, base, observer: () => observer }),
    ...triggerHandlers({ diagnostics, base, observer: () => observer }),
  }
  const observer = new ResourceObserver({ diagnostics, base, table, handlers })
  return { table, handlers, observer, docs: contractDocs({ ...options, table, handlers }) }
}

/** The contract of ISO 17978-3: only attributes of the standard, and extensions of its own form. */
export function isoContract(options: IsoContractOptions): Contract {
  const { diagnostics, base } = options
  const { table, handlers, observer, docs } = isoRows(options)
  diagnostics.events.triggers.restore((stored) => observer.restore(stored))
  return {
    base,
    table: { ...table, ...docs.table },
    handlers: { ...withSchemas(table, handlers), ...docs.handlers },
    planned: [],
    headers: {},
    headersOf: temporaryHeaders(diagnostics),
    isValidId: (id) => ENTITY_ID.test(id),
    features: diagnostics.features,
    requireUnlocked: (mutated, params, caller) =>
      diagnostics.locks.requireUnlocked(lockTargetOf(params), mutated, caller),
    targetOf: lockTargetOf,
    changed: (mutated, params) => diagnostics.events.changed(lockTargetOf(params), mutated),
    errorAnswer: isoErrorAnswer,
  }
}
