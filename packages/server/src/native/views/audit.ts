import { pick } from '@opensovd/base'
import type { AuditEntry, ChainIntegrity } from '@opensovd/core'

export function auditEntryView(entry: AuditEntry) {
  const { traceId, prevHash, hash } = entry
  return {
    ...pick(entry, [
      'seq',
      'timestamp',
      'caller',
      'tenant',
      'action',
      'target',
      'resource',
      'method',
      'outcome',
      'detail',
    ]),
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    prev_hash: prevHash,
    hash,
  }
}

export function chainIntegrityView(integrity: ChainIntegrity) {
  return integrity.status === 'ok' ? { status: integrity.status, verified_entries: integrity.verified } : integrity
}
