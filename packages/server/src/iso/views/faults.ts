import { pick } from '@opensovd/base'
import { aggregatedStatus, type Fault } from '@opensovd/core'

/** What the source says of a fault, and what that amounts to. */
export function statusOf({ status }: Fault): Fault['status'] {
  return { ...status, aggregatedStatus: aggregatedStatus(status) }
}

export function faultView(fault: Fault) {
  return {
    code: fault.code,
    ...pick(fault, ['scope']),
    ...(fault.displayCode === undefined ? {} : { display_code: fault.displayCode }),
    fault_name: fault.name,
    severity: fault.severity,
    status: statusOf(fault),
    ...(fault.description === undefined ? {} : { symptom: fault.description }),
    ...(fault.classificationTags === undefined ? {} : { tags: fault.classificationTags }),
  }
}

export function faultDetailView(fault: Fault) {
  const { environmentData } = fault
  return { item: faultView(fault), ...(environmentData === undefined ? {} : { environment_data: environmentData }) }
}
