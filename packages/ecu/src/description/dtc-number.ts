import { parseDtc } from '@opensovd/uds'

/** The three bytes of a DTC that a description names in either way. */
export function dtcNumber(dtc: number | string): number {
  return typeof dtc === 'number' ? dtc : parseDtc(dtc)
}
