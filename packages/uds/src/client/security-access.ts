import { messageOf } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { formatAddress } from '../codec/address.ts'
import { UdsError } from '../errors.ts'
import type { EcuClient } from './ecu-client.ts'

export interface SeedChallenge {
  /** Logical address of the ECU. */
  readonly ecu: number
  /** The odd number of the level. */
  readonly level: number
  readonly seed: Uint8Array
}

/** Computes the key for a seed. Its errors become UDS_KEY_PROVIDER; neither seeds nor keys belong in messages. */
export interface KeyProvider {
  key(challenge: SeedChallenge, signal?: AbortSignal): Promise<Uint8Array>
}

export interface UnlockOptions {
  /** The odd number of the level: 1, 3, … */
  readonly level: number
  readonly provider: KeyProvider
  /** securityAccessDataRecord of the seed request. */
  readonly data?: Uint8Array
}

/**
 * Unlocks a security level. A seed of zeros means that it is unlocked already (ISO 14229-1 10.4): no key is sent.
 * @throws NegativeResponseError when the ECU refuses the seed or the key
 * @throws UdsError UDS_KEY_PROVIDER when there is no key; RangeError when the level is even
 */
export async function unlock(ecu: EcuClient, options: UnlockOptions, signal?: AbortSignal): Promise<void> {
  const { level, provider, data = new Uint8Array(0) } = options
  if (!Number.isInteger(level) || level % 2 === 0 || level < 0x01 || level > 0x7d) {
    throw new RangeError(`security level ${level} is not an odd number from 1 to 125`)
  }
  const { seed } = await ecu.request('securityAccess', { securityAccessType: level, data }, signal)
  if (seed.length === 0) {
    throw new UdsError(
      'UDS_UNEXPECTED_ANSWER',
      `ECU ${formatAddress(ecu.address)}: the seed of level ${level} is empty`,
    )
  }
  if (seed.every((byte) => byte === 0)) return
  const key = await keyOf(provider, { ecu: ecu.address, level, seed }, signal)
  await ecu.request('securityAccess', { securityAccessType: level + 1, data: key }, signal)
}

/** The key is the seed, exclusive-or the constant, which repeats where it is shorter. */
export function xorKey(constant: string): KeyProvider {
  const bytes = constantBytes(constant)
  return { key: async ({ seed }) => seed.map((byte, at) => byte ^ (bytes[at % bytes.length] ?? 0)) }
}

/** The key is the sum of seed and constant as big-endian numbers, cut to the length of the seed. */
export function addKey(constant: string): KeyProvider {
  const bytes = constantBytes(constant)
  return {
    key: async ({ seed }) => {
      const key = new Uint8Array(seed.length)
      let carry = 0
      for (let fromEnd = 1; fromEnd <= seed.length; fromEnd++) {
        const sum = (seed.at(-fromEnd) ?? 0) + (bytes.at(-fromEnd) ?? 0) + carry
        key[seed.length - fromEnd] = sum & 0xff
        carry = sum >> 8
      }
      return key
    },
  }
}

function constantBytes(constant: string): Uint8Array {
  const bytes = fromHex(constant)
  if (bytes.length === 0) throw new RangeError('a key constant needs at least one byte')
  return bytes
}

async function keyOf(provider: KeyProvider, challenge: SeedChallenge, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await provider.key(challenge, signal)
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    const problem = `ECU ${formatAddress(challenge.ecu)}: no key for level ${challenge.level}: ${messageOf(cause)}`
    throw new UdsError('UDS_KEY_PROVIDER', problem, { cause })
  }
}
