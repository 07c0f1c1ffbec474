import type { ConnectionState } from '@opensovd/core'
import { type DataDescription, decodeValue, identifyVariant } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { DoipError, NegativeResponseError, STANDARD_DIDS } from '@opensovd/uds'
import type { EcuLink } from './ecu-link.ts'
import { ecuError } from './refusal.ts'

/** How an ECU is, as far as that was found out. */
export interface Presence {
  readonly connectionState: ConnectionState
  readonly softwareVersion?: string
  /** Why it is not connected. */
  readonly failure?: SovdError
}

export const UNTRIED: Presence = { connectionState: 'disconnected' }

/**
 * Asks an ECU whether it is there, unless it has just shown that. When it is there anew, also what it is: its variant
 * and its software.
 * @throws the signal's reason
 */
export async function lookAt(link: EcuLink, before: Presence, signal: AbortSignal): Promise<Presence> {
  const wasThere = before.connectionState === 'connected'
  try {
    if (!wasThere || isSilent(link)) await askIfPresent(link, signal)
    if (wasThere) return before
    link.variant = await identifyVariant(link.described, (dataId) => identification(link, dataId, signal))
    const softwareVersion = await readVersion(link, signal)
    return { connectionState: 'connected', ...(softwareVersion !== undefined && { softwareVersion }) }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const failure = ecuError(error, { signal, refusals: link.options.refusals })
    if (!(failure instanceof SovdError)) throw error
    if (wasThere) link.vanished(failure)
    const { softwareVersion } = before
    return {
      connectionState: isStrange(error) ? 'error' : 'disconnected',
      failure,
      ...(softwareVersion !== undefined && { softwareVersion }),
    }
  }
}

function isSilent({ keeper, options }: EcuLink): boolean {
  return keeper.silentMs >= options.presenceMs
}

/** An ECU that refuses is there, too. */
async function askIfPresent({ client }: EcuLink, signal: AbortSignal): Promise<void> {
  try {
    await client.request('testerPresent', { zeroSubFunction: 0 }, signal)
  } catch (error) {
    if (!(error instanceof NegativeResponseError)) throw error
  }
}

/** Whether something answered, but not as it should. */
function isStrange(error: unknown): boolean {
  return error instanceof DoipError && ['DOIP_ACTIVATION_REFUSED', 'DOIP_WRONG_ENTITY'].includes(error.code)
}

async function identification(link: EcuLink, dataId: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const item = link.described.data.find(({ id }) => id === dataId)
  return item && (await readIfPossible(link, item, signal))
}

/** Undefined when the ECU refuses; whether it is there is found out all the same. */
async function readIfPossible(
  { client }: EcuLink,
  { did }: DataDescription,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  try {
    return (await client.request('readDataByIdentifier', { dids: [did] }, signal)).data
  } catch (error) {
    if (error instanceof NegativeResponseError) return undefined
    throw error
  }
}

const VERSION_DIDS: readonly number[] = [
  STANDARD_DIDS.vehicleManufacturerEcuSoftwareVersionNumber,
  STANDARD_DIDS.systemSupplierEcuSoftwareVersionNumber,
]

/** The version of the software as text; a structure of numbers becomes `3.12.4711`. */
async function readVersion(link: EcuLink, signal: AbortSignal): Promise<string | undefined> {
  const item = link.ecu.data.find(({ did, read }) => VERSION_DIDS.includes(did) && read !== false)
  const bytes = item && (await readIfPossible(link, item, signal))
  const decoded = item && bytes && decodeValue(item.encoding, bytes)
  if (!decoded || !('value' in decoded)) return undefined
  const { value } = decoded
  const parts = typeof value === 'object' && value !== null ? Object.values(value) : [value]
  return parts.map(String).join('.')
}
