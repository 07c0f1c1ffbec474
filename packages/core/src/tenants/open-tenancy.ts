import { type Clock, type Listeners, type Logger, pick, type Scope, silentLogger } from '@opensovd/base'
import { type AuditOptions, AuditTrail } from '../audit/audit-trail.ts'
import type { BulkDataStore } from '../bulk-data/stored-bulk-data.ts'
import type { Diagnostics, DiagnosticsOptions, Tenancy, TenantOptions } from '../diagnostics.ts'
import type { Entity } from '../entities/entity.ts'
import { EntityTree } from '../entities/tree.ts'
import type { ResourceChange } from '../events/event-bus.ts'
import { LogBook } from '../logs/log-book.ts'
import type { LogSink } from '../logs/log-sink.ts'
import type { Backend } from '../ports/backend.ts'
import { updateTools } from '../updates/tools.ts'
import { Updates } from '../updates/updates.ts'
import { openWorkspace, type Workspace } from '../workspace.ts'
import { backendFor, declaredFor } from './tenant-entities.ts'
import { withoutOthers } from './tenant-facets.ts'
import { historyFor } from './tenant-history.ts'

export interface TenancyParts {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  readonly options: DiagnosticsOptions
  readonly whole: Diagnostics
  /** What trees of entities are over. */
  readonly backends: readonly Backend[]
  /** Gives an entity what it has beside what it is made of. */
  readonly extend: (entity: Entity, logs: LogBook, files: BulkDataStore | undefined) => Entity
  readonly changes: Listeners<ResourceChange>
  /** Where views are told what is theirs alone, by their tenants. */
  readonly sinks: Map<string | undefined, LogSink>
  readonly scope: Scope
}

/** Sets up what each of those has who share a vehicle. */
export function openTenancy(tenants: readonly TenantOptions[], parts: TenancyParts): Tenancy {
  const apart = tenants.filter(({ tenant }) => tenant.isolation !== 'none')
  return {
    tenants: new Map(tenants.map(({ tenant }) => [tenant.id, tenant])),
    views: new Map(apart.map((own) => [own.tenant.id, openView(own, parts)])),
  }
}

/** The domain as one tenant has it: the vehicle is shared, as far as there is one for it; what clients make is not. */
function openView(own: TenantOptions, parts: TenancyParts): Diagnostics {
  const { options, whole, scope } = parts
  const { tenant, journal, triggerStore, scripts } = own
  const logs = new LogBook({ clock: parts.clock, ...options.logs, shared: whole.logs })
  parts.sinks.set(tenant.id, logs)
  const tree = treeFor(own, logs, parts)
  const { journal: _, ...executions } = options.executions ?? {}
  const workspace = openWorkspace(
    {
      ...pick(parts, ['clock', 'log', 'createId', 'changes']),
      ...pick(whole, ['faults', 'locks', 'modeExpirations']),
      tree,
      logs,
      tenant,
    },
    {
      ...pick(options, ['proximity', 'dataLists', 'events']),
      executions: { ...executions, ...(journal && { journal }) },
      ...(triggerStore && { triggerStore }),
      ...(scripts && { scripts }),
    },
    scope,
  )
  return {
    ...whole,
    ...workspace,
    ...(options.audit && { audit: trailFor(own, options.audit, parts) }),
    faultHistory: historyFor(whole.faultHistory, tenant),
    ...(tenant.isolation === 'strict' && { updates: noUpdates(workspace, parts) }),
    async [Symbol.asyncDispose]() {},
  }
}

function treeFor({ tenant, bulkData }: TenantOptions, logs: LogBook, parts: TenancyParts): EntityTree {
  const { declared = [], ...entities } = parts.options.entities ?? {}
  return new EntityTree(
    parts.backends.map((backend) => backendFor(backend, tenant)),
    // What is wrong with the entities was said of the whole already.
    silentLogger,
    {
      ...entities,
      declared: declared.flatMap((each) => declaredFor(each, tenant)),
      extend: (entity) => parts.extend(withoutOthers(entity), logs, bulkData),
    },
  )
}

/** A chain of its own: one with gaps could not be verified, and would tell how much others do. */
function trailFor({ auditStore }: TenantOptions, audit: AuditOptions, { clock, whole }: TenancyParts): AuditTrail {
  const { sha256, maxEntries } = audit
  return new AuditTrail(clock, whole.features, {
    sha256,
    ...(maxEntries === undefined ? {} : { maxEntries }),
    ...(auditStore && { store: auditStore }),
  })
}

/** An update is of the whole vehicle. */
function noUpdates({ tree, executions }: Workspace, { clock, log, scope }: TenancyParts): Updates {
  return scope.adopt(new Updates({ clock, log, tools: updateTools(tree, executions, clock) }))
}
