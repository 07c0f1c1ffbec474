import type { ByteReader, ByteWriter } from '@opensovd/base/bytes'
import { EncodingError } from './codec.ts'

interface IntegerLayout {
  readonly bits: number
  readonly byteOrder: string
}

/** An unsigned integer of whole bytes. */
export function readRaw(from: ByteReader, { bits, byteOrder }: IntegerLayout): bigint {
  const bytes = from.bytes(bits / 8)
  let raw = 0n
  for (const byte of byteOrder === 'little' ? bytes.toReversed() : bytes) raw = (raw << 8n) | BigInt(byte)
  return raw
}

/** @throws EncodingError when `raw` does not fit, naming the limits */
export function writeRaw(to: ByteWriter, raw: bigint, layout: IntegerLayout, path: string, isSigned = false): void {
  const { bits, byteOrder } = layout
  checkFits(raw, bits, path, isSigned)
  const unsigned = BigInt.asUintN(bits, raw)
  const bytes = Uint8Array.from({ length: bits / 8 }, (_, at) =>
    Number((unsigned >> BigInt(bits - 8 - 8 * at)) & 0xffn),
  )
  to.bytes(byteOrder === 'little' ? bytes.toReversed() : bytes)
}

/** @throws EncodingError when `raw` does not fit in so many bits */
export function checkFits(raw: bigint, bits: number, path: string, isSigned = false): void {
  const fits = isSigned ? BigInt.asIntN(bits, raw) === raw : BigInt.asUintN(bits, raw) === raw
  if (fits) return
  const [low, high] = isSigned
    ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n]
    : [0n, (1n << BigInt(bits)) - 1n]
  throw new EncodingError(path, `the raw value ${raw} is not from ${low} to ${high}`)
}
