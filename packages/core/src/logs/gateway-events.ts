import { type NamedCaller, spaceOf } from '../caller.ts'
import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { ReportedSeverity } from '../facets/faults.ts'
import type { LogSeverity } from '../facets/logs.ts'
import type { FaultEvent } from '../faults/fault-event.ts'
import type { FaultManager } from '../faults/fault-manager.ts'
import { keyOf, type Lock } from '../locks/lock.ts'
import { ANOTHER_TENANT } from '../locks/lock-owner.ts'
import type { Execution } from '../operations/execution.ts'
import type { LogSink } from './log-sink.ts'

/** What the gateway is called in its own entries. */
export const GATEWAY_SOURCE = 'opensovd-gateway'

const source = GATEWAY_SOURCE

const SEVERITIES = {
  Fatal: 'fatal',
  Error: 'error',
  Warn: 'warn',
  Info: 'info',
  Debug: 'debug',
} as const satisfies Record<ReportedSeverity, LogSeverity>

/** Tells of each change of a fault that programs report; repetitions are none. */
export function logFaults(faults: FaultManager, sink: LogSink): () => void {
  return faults.onChange((event) => {
    if (event.kind === 'changed' && event.before.phase === event.fault.phase) return
    const { componentId, faultId, phase, severity, source: reporter } = event.fault
    sink.write(
      { kind: 'component', id: componentId },
      {
        severity: event.kind === 'cleared' || phase === 'passive' ? 'info' : SEVERITIES[severity],
        source,
        message: `fault '${faultId}' ${fateOf(event)}`,
        data: { faultId, phase, reporter },
      },
    )
  })
}

function fateOf(event: FaultEvent): string {
  return event.kind === 'cleared' ? `is gone: ${event.reason}` : `is ${event.fault.phase}`
}

/** Tells of entities that are lost and found. Entities that are there and well at first are no news. */
export function logConnections(tree: EntityTree, sink: LogSink): () => void {
  let known = statesOf(tree)
  for (const { entity, state } of known.values()) if (state !== 'connected') tell(entity, sink)
  const look = () => {
    const now = statesOf(tree)
    for (const [key, { entity, state }] of now) {
      if (state !== (known.get(key)?.state ?? 'connected')) tell(entity, sink)
    }
    known = now
  }
  const ends = tree.backends.map((backend) => backend.onChange(look))
  return () => {
    for (const end of ends) end()
  }
}

function statesOf(tree: EntityTree) {
  const entities = tree.backends.flatMap(({ snapshot }) => snapshot.entities).filter(({ kind }) => kind !== 'group')
  return new Map(entities.map((entity) => [keyOf(entity), { entity, state: entity.connectionState }]))
}

function tell({ kind, id, connectionState }: Entity, sink: LogSink): void {
  sink.write(
    { kind, id },
    {
      severity: connectionState === 'connected' || connectionState === 'connecting' ? 'info' : 'warn',
      source,
      message: `is ${connectionState}`,
      data: { connectionState },
    },
  )
}

/** Tells of an execution that is over and came to nothing. */
export function logExecution({ entity, operationId, id, state }: Execution, sink: LogSink): void {
  if (state.status !== 'failed') return
  sink.write(entity, {
    severity: 'error',
    source,
    message: `operation '${operationId}' failed: ${state.error}`,
    data: { operationId, executionId: id },
  })
}

/**
 * Tells of a lock that somebody broke; the lock of the vehicle is no entity's.
 * @param sinkOf where a tenant that is kept apart, or all others, look for it
 */
export function logBrokenLock(lock: Lock, breaker: NamedCaller, sinkOf: (tenant?: string) => LogSink): void {
  const { target, id } = lock
  if (target.kind === 'vehicle') return
  const byTenant = spaceOf(breaker)
  for (const tenant of new Set([lock.tenant, byTenant])) {
    const name = (of: string | undefined, known: string) => (!tenant || tenant === of ? known : ANOTHER_TENANT)
    const names = { owner: name(lock.tenant, lock.owner), breaker: name(byTenant, breaker.subject) }
    sinkOf(tenant).write(target, {
      severity: 'warn',
      source,
      message: `the lock of '${names.owner}' was broken by '${names.breaker}'`,
      data: { lockId: id, ...names },
    })
  }
}
