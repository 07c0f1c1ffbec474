import type { Json } from '@opensovd/base'
import type { Diagnostics, FaultManager, Refusal } from '@opensovd/core'
import { type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { parseFaultRecord } from '../../intake/parse-record.ts'

type FaultIntakeRoutes = Pick<NativeApi, 'reportFaults' | 'beginOperationCycle'>

type Refused = Pick<Refusal, 'message' | 'retryAfterMs'>

const MAX_RECORDS = 10_000
/** Rejections that an error tells of. */
const MAX_DETAILS = 100

export function faultIntakeHandlers({ faults }: Diagnostics) {
  return handlersOf<FaultIntakeRoutes>({
    reportFaults: ({ body }) => {
      const records = Array.isArray(body) ? (body as Json[]) : [body as Json]
      if (records.length > MAX_RECORDS) {
        throw invalid(`expected at most ${MAX_RECORDS} records, got ${records.length}`)
      }
      const refusals = records.map((record) => refusalOf(faults, record))
      const rejected = refusals.flatMap((refusal, index) => (refusal ? [{ index, reason: refusal.message }] : []))
      if (rejected.length === records.length) throw nothingAccepted(refusals, rejected)
      return { accepted: records.length - rejected.length, rejected }
    },

    beginOperationCycle: ({ body: { cycle = 'power' } }) => {
      if (!faults.cycles.includes(cycle)) {
        throw invalid(`no fault lives by the cycle ${JSON.stringify(cycle)}; there are ${faults.cycles.join(', ')}`)
      }
      faults.beginCycle(cycle)
    },
  })
}

function refusalOf(faults: FaultManager, value: Json): Refused | undefined {
  const record = parseFaultRecord(value)
  return 'reason' in record ? { message: record.reason } : faults.report(record)
}

interface Rejected {
  readonly index: number
  readonly reason: string
}

/** That it is too much rather than wrong is worth telling, since trying again helps. */
function nothingAccepted(refusals: readonly (Refused | undefined)[], rejected: readonly Rejected[]): SovdError {
  const [first] = rejected
  if (!first) return invalid('expected a record or an array of records, got none')
  const waits = refusals.map((refusal) => refusal?.retryAfterMs ?? Number.NaN)
  if (!waits.includes(Number.NaN)) {
    return new SovdError('too-many-requests', first.reason, { retryAfterSeconds: Math.ceil(Math.min(...waits) / 1000) })
  }
  return new SovdError('invalid-request', `no record is acceptable: ${first.reason}`, {
    target: 'body',
    details: rejected
      .slice(0, MAX_DETAILS)
      .map(({ index, reason }) => ({ code: 'rejected', message: reason, target: `body/${index}` })),
  })
}

function invalid(message: string): SovdError {
  return new SovdError('invalid-request', message, { target: 'body' })
}
