import type { Clock } from '@opensovd/base'
import type { Diagnostics } from '@opensovd/core'
import {
  applyODataQuery,
  collectionEnvelope,
  ENTITY_ID,
  NATIVE_API,
  type NativeApi,
  PLANNED_NATIVE_OPERATIONS,
  parseODataQuery,
  type Route,
  type SecuritySchemes,
  type SovdError,
  type SovdErrorDetail,
} from '@opensovd/sovd'
import type { AnyHandler, Collection, Contract, ErrorAnswer } from '../contract.ts'
import type { Metrics } from '../observe/metrics.ts'
import { appHandlers } from './handlers/apps.ts'
import { areaHandlers } from './handlers/areas.ts'
import { auditHandlers } from './handlers/audit.ts'
import { bridgeHandlers } from './handlers/bridge.ts'
import { catalogHandlers } from './handlers/catalog.ts'
import { configurationHandlers } from './handlers/configurations.ts'
import { dataHandlers } from './handlers/data.ts'
import { discoveryHandlers, type ServerIdentity } from './handlers/discovery.ts'
import { documentHandlers } from './handlers/documents.ts'
import { eventHandlers } from './handlers/events.ts'
import { exportHandlers } from './handlers/exports.ts'
import { faultIntakeHandlers } from './handlers/fault-intake.ts'
import { faultHandlers } from './handlers/faults.ts'
import { featureHandlers } from './handlers/features.ts'
import { functionHandlers } from './handlers/functions.ts'
import { lockHandlers } from './handlers/locks.ts'
import { logHandlers } from './handlers/logs.ts'
import { modeHandlers } from './handlers/modes.ts'
import { observeHandlers } from './handlers/observe.ts'
import { operationHandlers } from './handlers/operations.ts'
import { proximityHandlers } from './handlers/proximity.ts'
import { softwarePackageHandlers } from './handlers/software-packages.ts'
import { udsHandlers } from './handlers/x-uds.ts'
import { lockTargetOf } from './lock-target.ts'

export interface NativeContractOptions {
  readonly diagnostics: Diagnostics
  readonly clock: Clock
  readonly identity: ServerIdentity
  /** Prefix of its paths, without a trailing slash. */
  readonly base: string
  /** Absent: `/metrics` answers 404. */
  readonly metrics: Metrics | undefined
  /** What clients must show; absent: nothing. */
  readonly security?: SecuritySchemes
}

/** The native contract: OData style bodies over the domain. */
export function nativeContract({
  diagnostics,
  clock,
  identity,
  base,
  metrics,
  security,
}: NativeContractOptions): Contract {
  const handlers: { readonly [K in keyof NativeApi]: AnyHandler } = {
    ...discoveryHandlers(diagnostics, identity, base),
    ...documentHandlers(diagnostics, identity, base, security),
    ...dataHandlers(diagnostics),
    ...faultHandlers(diagnostics),
    ...faultIntakeHandlers(diagnostics),
    ...operationHandlers(diagnostics, base),
    ...appHandlers(diagnostics, base),
    ...functionHandlers(diagnostics, base),
    ...areaHandlers(diagnostics),
    ...auditHandlers(diagnostics, identity, clock),
    ...bridgeHandlers(diagnostics),
    ...lockHandlers(diagnostics, base),
    ...modeHandlers(diagnostics),
    ...logHandlers(diagnostics),
    ...configurationHandlers(diagnostics),
    ...catalogHandlers(diagnostics, identity, clock),
    ...exportHandlers(diagnostics, identity, clock),
    ...eventHandlers(diagnostics, clock),
    ...softwarePackageHandlers(diagnostics, base),
    ...observeHandlers(diagnostics, metrics),
    ...featureHandlers(diagnostics),
    ...proximityHandlers(diagnostics, base),
    ...udsHandlers(diagnostics, base),
  }
  const { features } = diagnostics
  features.provide('sse_stream')
  features.provide('vendor_extensions')
  if (metrics) features.provide('metrics')
  return {
    base,
    table: NATIVE_API,
    features,
    handlers,
    planned: PLANNED_NATIVE_OPERATIONS,
    headers: { 'OData-Version': '4.0' },
    isValidId: (id) => ENTITY_ID.test(id),
    collection,
    requireUnlocked: (mutated, params, caller) =>
      diagnostics.locks.requireUnlocked(lockTargetOf(params), mutated, caller),
    targetOf: lockTargetOf,
    changed: (mutated, params) => diagnostics.events.changed(lockTargetOf(params), mutated),
    errorAnswer,
  }
}

/** The options apply to lists that are read; what a POST returns is complete. */
function collection(row: Route, context: string, url: string): (result: Collection) => unknown {
  const at = row.method === 'GET' ? url.indexOf('?') : -1
  const path = at < 0 ? url : url.slice(0, at)
  const parameters = at < 0 ? [] : [...new URLSearchParams(url.slice(at + 1))]
  const query = parseODataQuery(parameters)
  return ({ items, partial }) =>
    collectionEnvelope({
      context,
      query,
      page: applyODataQuery(query, items),
      ...(partial === undefined ? {} : { partial }),
      request: { path, parameters },
    })
}

function errorAnswer({ status, code, message, target, details = [], retryAfterSeconds }: SovdError): ErrorAnswer {
  const isLocked = code === 'conflict' && retryAfterSeconds !== undefined
  const all = isLocked ? [...details, retryDetail(retryAfterSeconds)] : details
  const error = {
    code: `SOVD-ERR-${status}`,
    message,
    ...(target === undefined ? {} : { target }),
    ...(all.length === 0 ? {} : { details: all }),
  }
  return { status, body: { error } }
}

/** The header `Retry-After` for those who look at bodies only. */
function retryDetail(seconds: number): SovdErrorDetail {
  return { code: 'SOVD-RETRY', message: `Retry-After: ${Math.ceil(seconds)}s` }
}
