import { Type } from 'typebox'
import { collection, json, route } from '../../route.ts'
import { AuditActionName, AuditEntryBody, AuditExport, AuditOutcomeName } from '../resources/audit.ts'
import { UnixMs } from '../resources/exports.ts'

const tag = 'audit'
const permission = 'audit:read'

export const auditRoutes = {
  listAudit: route({
    method: 'GET',
    path: '/audit',
    tag,
    permission,
    summary: 'Who changed what, the oldest first: the newest entries, or with a time the first ones in it',
    query: Type.Object({
      caller: Type.Optional(Type.String()),
      action: Type.Optional(AuditActionName),
      target: Type.Optional(Type.String({ description: 'what the target begins with' })),
      outcome: Type.Optional(AuditOutcomeName),
      limit: Type.Optional(
        Type.String({
          pattern: '^([1-9][0-9]{0,3}|10000)$',
          description: 'entries at most, 1 to 10000; 100 if absent',
        }),
      ),
      from: Type.Optional(UnixMs),
      to: Type.Optional(UnixMs),
    }),
    reply: collection('audit', AuditEntryBody),
    errors: ['not-implemented'],
  }),
  exportAudit: route({
    method: 'GET',
    path: '/audit/export',
    tag,
    permission,
    summary: 'The newest entries, and whether all that are kept are a whole chain',
    reply: json(AuditExport),
    errors: ['not-implemented'],
  }),
} as const
