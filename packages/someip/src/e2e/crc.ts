/** A CRC as the Rocksoft model describes it. */
interface CrcModel {
  readonly name: string
  readonly bits: 8 | 16 | 32 | 64
  readonly polynomial: bigint
  readonly init: bigint
  readonly xorOut: bigint
  /** Bits enter least significant first. */
  readonly reflected: boolean
}

/** The register of a CRC under way, and its value when finished: two halves of 32 bits, signed as int32. */
export interface CrcRegister {
  high: number
  low: number
}

/** A CRC with its table. Up to 32 bits only `low` of the register is used. */
export interface Crc {
  readonly name: string
  /** Size of the value. */
  readonly bytes: 1 | 2 | 4 | 8
  start(): CrcRegister
  /** Takes the bytes from `from` to before `to`. */
  update(register: CrcRegister, bytes: Uint8Array, from: number, to: number): void
  /** Turns the register into the value. */
  finish(register: CrcRegister): void
}

const ONES = { 8: 0xffn, 16: 0xffffn, 32: 0xffffffffn, 64: 0xffffffffffffffffn } as const

/** SAE J1850: AUTOSAR's Crc_CalculateCRC8. */
export const CRC8 = createCrc({
  name: 'CRC-8 SAE-J1850',
  bits: 8,
  polynomial: 0x1dn,
  init: ONES[8],
  xorOut: ONES[8],
  reflected: false,
})

/** What profiles 01 and 11 use: chaining the calls of AUTOSAR's library cancels the start value and the final XOR. */
export const CRC8_FROM_ZERO = createCrc({
  name: 'CRC-8 SAE-J1850 from 0',
  bits: 8,
  polynomial: 0x1dn,
  init: 0n,
  xorOut: 0n,
  reflected: false,
})

/** Polynomial 0x2F: AUTOSAR's Crc_CalculateCRC8H2F. */
export const CRC8_H2F = createCrc({
  name: 'CRC-8H2F',
  bits: 8,
  polynomial: 0x2fn,
  init: ONES[8],
  xorOut: ONES[8],
  reflected: false,
})

/** CCITT-FALSE: AUTOSAR's Crc_CalculateCRC16. */
export const CRC16 = createCrc({
  name: 'CRC-16 CCITT-FALSE',
  bits: 16,
  polynomial: 0x1021n,
  init: ONES[16],
  xorOut: 0n,
  reflected: false,
})

/** IEEE 802.3: AUTOSAR's Crc_CalculateCRC32. */
export const CRC32 = createCrc({
  name: 'CRC-32 IEEE 802.3',
  bits: 32,
  polynomial: 0x04c11db7n,
  init: ONES[32],
  xorOut: ONES[32],
  reflected: true,
})

/** Polynomial 0xF4ACFB13: AUTOSAR's Crc_CalculateCRC32P4. */
export const CRC32_P4 = createCrc({
  name: 'CRC-32P4',
  bits: 32,
  polynomial: 0xf4acfb13n,
  init: ONES[32],
  xorOut: ONES[32],
  reflected: true,
})

/** ECMA-182, reflected: AUTOSAR's Crc_CalculateCRC64. */
export const CRC64 = createCrc({
  name: 'CRC-64 ECMA',
  bits: 64,
  polynomial: 0x42f0e1eba9ea3693n,
  init: ONES[64],
  xorOut: ONES[64],
  reflected: true,
})

/** The CRC of `bytes` as an unsigned number. */
export function computeCrc(crc: Crc, bytes: Uint8Array): bigint {
  const register = crc.start()
  crc.update(register, bytes, 0, bytes.length)
  crc.finish(register)
  return (BigInt(register.high >>> 0) << 32n) | BigInt(register.low >>> 0)
}

function createCrc(model: CrcModel): Crc {
  if (model.bits === 64) return createReflected64(model)
  return model.reflected ? createReflected(model) : createForward(model)
}

/** The register is kept at the upper end of 32 bits, so that one loop serves every width. */
function createForward({ name, bits, polynomial, init, xorOut }: CrcModel): Crc {
  const unused = 32 - bits
  const table = Int32Array.from({ length: 256 }, (_, byte) => {
    let register = byte << 24
    const aligned = Number(polynomial) << unused
    for (let bit = 0; bit < 8; bit++) register = (register << 1) ^ (register < 0 ? aligned : 0)
    return register
  })
  return {
    name,
    bytes: bits === 8 ? 1 : bits === 16 ? 2 : 4,
    start: () => ({ high: 0, low: Number(init) << unused }),
    update: (register, bytes, from, to) => {
      let low = register.low
      for (let at = from; at < to; at++) low = (low << 8) ^ (table[(low >>> 24) ^ (bytes[at] ?? 0)] ?? 0)
      register.low = low
    },
    finish: (register) => {
      register.low = (register.low >>> unused) ^ Number(xorOut)
    },
  }
}

function createReflected({ name, polynomial, init, xorOut }: CrcModel): Crc {
  const reversed = Number(reverseBits(polynomial, 32))
  const table = Int32Array.from({ length: 256 }, (_, byte) => {
    let register = byte
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ ((register & 1) === 1 ? reversed : 0)
    return register
  })
  return {
    name,
    bytes: 4,
    start: () => ({ high: 0, low: Number(init) | 0 }),
    update: (register, bytes, from, to) => {
      let low = register.low
      for (let at = from; at < to; at++) low = (low >>> 8) ^ (table[(low ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
      register.low = low
    },
    finish: (register) => {
      register.low = register.low ^ Number(xorOut)
    },
  }
}

function createReflected64({ name, polynomial, init, xorOut }: CrcModel): Crc {
  const reversed = reverseBits(polynomial, 64)
  const table = Array.from({ length: 256 }, (_, byte) => {
    let register = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) register = (register >> 1n) ^ ((register & 1n) === 1n ? reversed : 0n)
    return register
  })
  const lows = Int32Array.from(table, lowHalf)
  const highs = Int32Array.from(table, highHalf)
  return {
    name,
    bytes: 8,
    start: () => ({ high: highHalf(init), low: lowHalf(init) }),
    update: (register, bytes, from, to) => {
      let { high, low } = register
      for (let at = from; at < to; at++) {
        const index = (low ^ (bytes[at] ?? 0)) & 0xff
        low = ((low >>> 8) | (high << 24)) ^ (lows[index] ?? 0)
        high = (high >>> 8) ^ (highs[index] ?? 0)
      }
      register.high = high
      register.low = low
    },
    finish: (register) => {
      register.high ^= highHalf(xorOut)
      register.low ^= lowHalf(xorOut)
    },
  }
}

function lowHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value))
}

function highHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n))
}

function reverseBits(value: bigint, bits: number): bigint {
  let reversed = 0n
  for (let bit = 0; bit < bits; bit++) reversed = (reversed << 1n) | ((value >> BigInt(bit)) & 1n)
  return reversed
}
