import { isJsonObject, type Json } from '@opensovd/base'
import type { EcuDescription, MemoryDescription } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { bytesOf } from '../described-value.ts'

/** What is to be programmed, and where. */
export interface FlashRequest {
  readonly address: number
  readonly data: Uint8Array
  readonly region: MemoryDescription
  /** What is written as the fingerprint of who programs. */
  readonly fingerprint?: Uint8Array
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * Judges the parameters of a programming.
 * @throws SovdError `invalid-request`, EncodingError
 */
export function flashRequestOf(ecu: EcuDescription, parameters: Json | undefined): FlashRequest {
  if (!isJsonObject(parameters)) throw wrong('', 'expected {address, data}')
  const { address, data: text, fingerprint, ...others } = parameters
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) throw wrong(stranger, 'unknown; there are address, data and fingerprint')
  if (typeof address !== 'number' || !Number.isInteger(address) || address < 0) {
    throw wrong('address', 'expected a whole number')
  }
  if (typeof text !== 'string' || !BASE64.test(text)) throw wrong('data', 'expected Base64')
  const data = new Uint8Array(Buffer.from(text, 'base64'))
  if (data.length === 0) throw wrong('data', 'must not be empty')
  const item = ecu.data.find(({ id }) => id === ecu.flash?.fingerprint)
  if (fingerprint !== undefined && !item) throw wrong('fingerprint', 'the ECU has none')
  return {
    address,
    data,
    region: regionOf(ecu, address, data.length),
    ...(fingerprint !== undefined && item && { fingerprint: bytesOf(item, fingerprint) }),
  }
}

function regionOf({ memory }: EcuDescription, address: number, size: number): MemoryDescription {
  const regions = memory.filter(({ download }) => download)
  const region = regions.find((each) => address >= each.address && address + size <= each.address + each.size)
  if (region) return region
  const known = regions.map((each) => `${hex(each.address)} to ${hex(each.address + each.size - 1)}`)
  throw wrong('address', `${size} byte(s) at ${hex(address)} are not in ${known.join(' or ')}`)
}

function hex(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(8, '0')}`
}

function wrong(target: string, message: string): SovdError {
  return new SovdError('invalid-request', target === '' ? message : `${target}: ${message}`, {
    target: target === '' ? 'parameters' : target,
  })
}
