import type { CrcRegister } from './crc.ts'
import type { E2eLayout } from './layout.ts'

/** The CRC of an area whose other fields are written; `counter` selects the hidden Data ID. */
export function computeChecksum({ crc, hiddenDataId }: E2eLayout, area: Uint8Array, counter: number): CrcRegister {
  const { algorithm, at, coversFrom } = crc
  const register = algorithm.start()
  const dataId = hiddenDataId?.byCounter[counter % hiddenDataId.byCounter.length]
  if (dataId !== undefined && hiddenDataId?.position === 'before') algorithm.update(register, dataId, 0, dataId.length)
  algorithm.update(register, area, coversFrom, Math.max(coversFrom, at))
  algorithm.update(register, area, Math.max(coversFrom, at + algorithm.bytes), area.length)
  if (dataId !== undefined && hiddenDataId?.position === 'after') algorithm.update(register, dataId, 0, dataId.length)
  algorithm.finish(register)
  return register
}

export function writeChecksum({ crc }: E2eLayout, area: Uint8Array, value: CrcRegister): void {
  const { at, littleEndian, algorithm } = crc
  for (let index = 0; index < algorithm.bytes; index++) {
    area[littleEndian ? at + index : at + algorithm.bytes - 1 - index] = byteOf(value, index)
  }
}

export function checksumMatches({ crc }: E2eLayout, area: Uint8Array, value: CrcRegister): boolean {
  const { at, littleEndian, algorithm } = crc
  for (let index = 0; index < algorithm.bytes; index++) {
    if (area[littleEndian ? at + index : at + algorithm.bytes - 1 - index] !== byteOf(value, index)) return false
  }
  return true
}

/** Byte `index` of the value, from the least significant. */
function byteOf({ high, low }: CrcRegister, index: number): number {
  return (index < 4 ? low >>> (8 * index) : high >>> (8 * (index - 4))) & 0xff
}
