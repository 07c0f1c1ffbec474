import { Type } from 'typebox'
import { ndjson, route } from '../../route.ts'
import { Id } from '../resources/common.ts'
import {
  ExportedFault,
  FaultExportEnd,
  FaultExportHead,
  SnapshotHead,
  SnapshotItem,
  UnixMs,
} from '../resources/exports.ts'
import { FAULT_SEVERITIES } from '../resources/fault.ts'
import { BACKEND_READ_ERRORS } from './errors.ts'

const tag = 'exports'

export const exportRoutes = {
  snapshotComponent: route({
    method: 'GET',
    path: '/components/{componentId}/snapshot',
    tag,
    permission: 'data:read',
    audited: 'all',
    summary: 'All data of a component with their values, one a line',
    reply: ndjson(SnapshotHead, SnapshotItem),
    errors: BACKEND_READ_ERRORS,
  }),
  exportFaults: route({
    method: 'GET',
    path: '/export/faults',
    tag,
    permission: 'faults:read',
    audited: 'all',
    summary:
      'The faults of all that has some, one a line; with a time, what is recorded of what happened to faults then',
    query: Type.Object({
      componentId: Type.Optional(Id),
      severity: Type.Optional(Type.Enum([...FAULT_SEVERITIES], { description: 'only faults at least this severe' })),
      from: Type.Optional(UnixMs),
      to: Type.Optional(UnixMs),
    }),
    reply: ndjson(FaultExportHead, Type.Union([ExportedFault, FaultExportEnd])),
    errors: ['not-found', 'not-implemented'],
  }),
} as const
