import { empty, json, route } from '../../route.ts'
import { FaultIntake, FaultIntakeResult, OperationCycle } from '../resources/fault-intake.ts'

const tag = 'intake'
const permission = 'faults:write'

export const faultIntakeRoutes = {
  reportFaults: route({
    method: 'POST',
    path: '/x-faults/records',
    tag,
    permission,
    mutates: false,
    audited: 'refusals',
    summary: 'Report faults; each record is accepted or rejected by itself',
    body: FaultIntake,
    reply: json(FaultIntakeResult, 202),
    errors: ['too-many-requests'],
  }),
  beginOperationCycle: route({
    method: 'POST',
    path: '/x-faults/operation-cycles',
    tag,
    permission,
    mutates: false,
    summary: 'Begin an operation cycle, by which reported faults age',
    body: OperationCycle,
    bodyOptional: true,
    reply: empty,
  }),
} as const
