import { type Clock, pick } from '@opensovd/base'
import type { AuditTrail, Diagnostics } from '@opensovd/core'
import { type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { timeRangeOf } from '../time-range.ts'
import { auditEntryView, chainIntegrityView } from '../views/audit.ts'
import type { ServerIdentity } from './discovery.ts'

type AuditRoutes = Pick<NativeApi, 'listAudit' | 'exportAudit'>

const LIMIT = 100

export function auditHandlers({ audit }: Diagnostics, { serverVersion }: ServerIdentity, clock: Clock) {
  return handlersOf<AuditRoutes>({
    listAudit: async ({ query }, { signal }) => {
      const trail = required(audit)
      const { target, from, to, limit = LIMIT } = query
      const wanted = {
        ...pick(query, ['caller', 'action', 'outcome']),
        ...(target === undefined ? {} : { targetPrefix: target }),
      }
      if (from === undefined && to === undefined) {
        return { items: trail.newest(wanted, Number(limit)).map(auditEntryView) }
      }
      const range = timeRangeOf(from, to)
      return { items: (await trail.between(range, wanted, Number(limit), signal)).map(auditEntryView) }
    },

    exportAudit: async (_call, { signal }) => {
      const trail = required(audit)
      const entries = trail.entries().map(auditEntryView)
      return {
        '@odata.context': '$metadata#audit-export',
        exportedAt: new Date(clock.now()).toISOString(),
        entryCount: entries.length,
        chainIntegrity: chainIntegrityView(await trail.verify(signal)),
        serverVersion,
        entries,
      }
    },
  })
}

function required(audit: AuditTrail | undefined): AuditTrail {
  if (audit) return audit
  throw new SovdError('not-implemented', 'this gateway does not record who changed what')
}
