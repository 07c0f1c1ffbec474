import type { CallContext, Fault, FaultFacet, FaultSeverity } from '@opensovd/core'
import { type DtcDescription, dtcNumber } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { ALL_DTCS, DTC_REPORT, DTC_STATUS, formatDtc, parseDtc } from '@opensovd/uds'
import type { EcuLink } from '../ecu-link.ts'
import { readEnvironment } from './fault-environment.ts'

/** A DTC of which none of these is set is no fault: its test has passed, or has not run. */
const RELEVANT = DTC_STATUS.testFailed | DTC_STATUS.pendingDtc | DTC_STATUS.confirmedDtc

/** The fault memory of an ECU; its DTCs are written as SAE J2012-DA has them, such as P0217-00. */
export function faultFacet(link: EcuLink): FaultFacet {
  const clear = async (groupOfDtc: number, context: CallContext) => {
    const needs = { access: link.ecu.services.clearDtcs, guarded: 'writing' } as const
    await link.request('clearDiagnosticInformation', { groupOfDtc }, context, needs)
  }
  const find = async (id: string, context: CallContext) => {
    const dtc = dtcOf(id)
    const stored = (await readDtcs(link, context)).find((each) => each.dtc === dtc)
    if (!stored) throw new SovdError('not-found', `'${link.id}' has no fault '${id}'`, { target: id })
    return stored
  }
  return {
    list: async (context) => (await readDtcs(link, context)).map((stored) => faultOf(link, stored)),

    read: async (id, context) => {
      const stored = await find(id, context)
      const environmentData = await readEnvironment(link, stored.dtc, context)
      return { ...faultOf(link, stored), ...(environmentData && { environmentData }) }
    },

    ...(link.ecu.services.clearDtcs && {
      clearAll: (context) => clear(ALL_DTCS, context),
      clear: async (id, context) => clear((await find(id, context)).dtc, context),
    }),
  }
}

interface StoredDtc {
  readonly dtc: number
  readonly status: number
  /** Bits that the ECU keeps at all. */
  readonly mask: number
}

async function readDtcs(link: EcuLink, context: CallContext): Promise<readonly StoredDtc[]> {
  const request = { reportType: DTC_REPORT.BY_STATUS_MASK, statusMask: RELEVANT }
  const answer = await link.request('readDtcInformation', request, context)
  if (answer.reportType !== DTC_REPORT.BY_STATUS_MASK) return []
  const { statusAvailabilityMask: mask } = answer
  return answer.dtcs.filter(({ status }) => (status & RELEVANT) !== 0).map((each) => ({ ...each, mask }))
}

/** Six hex digits are understood, too; undefined for what is no DTC. */
function dtcOf(id: string): number | undefined {
  if (/^[0-9a-f]{6}$/i.test(id)) return Number.parseInt(id, 16)
  try {
    return parseDtc(id)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const SEVERITIES: Readonly<Record<NonNullable<DtcDescription['severity']>, FaultSeverity>> = {
  checkImmediately: 1,
  checkAtNextHalt: 2,
  maintenanceOnly: 3,
}

function faultOf({ ecu }: EcuLink, { dtc, status, mask }: StoredDtc): Fault {
  const code = formatDtc(dtc)
  const described = ecu.dtcs.find((each) => dtcNumber(each.dtc) === dtc)
  return {
    id: code,
    code,
    displayCode: code,
    name: described?.text ?? `DTC ${code}, which the description does not have`,
    severity: described?.severity ? SEVERITIES[described.severity] : 2,
    status: statusOf(status, mask),
  }
}

/** The bits by the names of the standard [17978-3 7.8], those that the ECU keeps. */
const BIT_NAMES = {
  testFailed: DTC_STATUS.testFailed,
  testFailedThisOperationCycle: DTC_STATUS.testFailedThisOperationCycle,
  pendingDTC: DTC_STATUS.pendingDtc,
  confirmedDTC: DTC_STATUS.confirmedDtc,
  testNotCompletedSinceLastClear: DTC_STATUS.testNotCompletedSinceLastClear,
  testFailedSinceLastClear: DTC_STATUS.testFailedSinceLastClear,
  testNotCompletedThisOperationCycle: DTC_STATUS.testNotCompletedThisOperationCycle,
  warningIndicatorRequested: DTC_STATUS.warningIndicatorRequested,
} as const

function statusOf(status: number, mask: number): Fault['status'] {
  const bits = Object.entries(BIT_NAMES).filter(([, bit]) => (mask & bit) !== 0)
  return {
    ...Object.fromEntries(bits.map(([name, bit]) => [name, (status & bit) === 0 ? '0' : '1'])),
    mask: status.toString(16).padStart(2, '0'),
  }
}
