/** An unsigned number inside the protected area: whole bytes, or half of one. */
export interface Field {
  /** Offset of its (first) byte. */
  readonly at: number
  readonly bits: 4 | 8 | 16 | 32
  /** For 4 bits: 0 for the low half of the byte, 4 for the high half. */
  readonly shift: 0 | 4
}

/** Whole bytes at `at`, big endian. */
export function wholeField(at: number, bits: 8 | 16 | 32): Field {
  return { at, bits, shift: 0 }
}

/** Four bits at a bit offset, counted as AUTOSAR does: bit 0 of a byte is its least significant. */
export function nibbleField(bitOffset: number): Field {
  return { at: bitOffset >>> 3, bits: 4, shift: bitOffset % 8 === 0 ? 0 : 4 }
}

export function lastByteOf({ at, bits }: Field): number {
  return at + Math.ceil(bits / 8) - 1
}

export function readField(area: Uint8Array, { at, bits, shift }: Field): number {
  if (bits === 4) return (byteAt(area, at) >>> shift) & 0xf
  let value = 0
  for (let index = 0; index < bits / 8; index++) value = value * 256 + byteAt(area, at + index)
  return value
}

/** Leaves the other half of the byte alone where the field is 4 bits. */
export function writeField(area: Uint8Array, { at, bits, shift }: Field, value: number): void {
  if (bits === 4) area[at] = (byteAt(area, at) & ~(0xf << shift)) | ((value & 0xf) << shift)
  else
    for (let index = 0; index < bits / 8; index++) area[at + index] = Math.floor(value / 2 ** (bits - 8 * (index + 1)))
}

function byteAt(area: Uint8Array, at: number): number {
  return area[at] ?? 0
}
