import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { fromHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { CRC8, CRC8_FROM_ZERO, CRC8_H2F, CRC16, CRC32, CRC32_P4, CRC64, type Crc, computeCrc } from './crc.ts'

// The input of the usual check value, and some patterns.
const INPUTS = ['313233343536373839', '00000000', 'f20183', '0faa0055', '00ff5511', '332255aabbccddeeff', '926b55']

/** CRC of each input, computed by the Python package autosar-e2e 1.0.0, which also lists the first column as constants. */
const rows: [crc: Crc, values: bigint[]][] = [
  [CRC8, [0x4bn, 0x59n, 0x37n, 0x79n, 0xb8n, 0xcbn, 0x8cn]],
  [CRC8_H2F, [0xdfn, 0x12n, 0xc2n, 0xc6n, 0x77n, 0x11n, 0x33n]],
  [CRC16, [0x29b1n, 0x84c0n, 0xd374n, 0x2023n, 0xb8f9n, 0xf53fn, 0x745n]],
  [CRC32, [0xcbf43926n, 0x2144df1cn, 0x24ab9d77n, 0xb6c9b287n, 0x32a06212n, 0xb0ae863dn, 0x9cdea29bn]],
  [CRC32_P4, [0x1697d06an, 0x6fb32240n, 0x4f721a25n, 0x20662df8n, 0x9bd7996en, 0xa65a343dn, 0xee688a78n]],
  [
    CRC64,
    [
      0x995dc9bbdf1939fan,
      0xf4a586351e1b9f4bn,
      0x319c27668164f1c6n,
      0x54c5d0f7667c1575n,
      0xa63822be7e0704e6n,
      0x701eceb219a8e5d5n,
      0x5faa96a9b59f3e4en,
    ],
  ],
]

for (const [crc, values] of rows) {
  test(`computes ${crc.name}`, () => {
    assert.deepEqual(
      INPUTS.map((hex) => computeCrc(crc, fromHex(hex))),
      values,
    )
  })
}

test('computes CRC-8 from 0 as the standard CRC without its start value and final XOR', () => {
  // Linearity: the start value contributes what the standard CRC yields for as many zeros, apart from the final XOR.
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      const zeros = computeCrc(CRC8, new Uint8Array(bytes.length))
      assert.equal(computeCrc(CRC8_FROM_ZERO, bytes), computeCrc(CRC8, bytes) ^ zeros)
    }),
  )
})

test('agrees with zlib on CRC-32', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(computeCrc(CRC32, bytes), BigInt(crc32(bytes)))
    }),
  )
})

test('gives the same value however the bytes are divided', () => {
  const crcs = [CRC8, CRC8_FROM_ZERO, CRC8_H2F, CRC16, CRC32, CRC32_P4, CRC64]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(), fc.constantFrom(...crcs), (bytes, cut, crc) => {
      const middle = cut % (bytes.length + 1)
      const register = crc.start()
      crc.update(register, bytes, 0, middle)
      crc.update(register, bytes, middle, bytes.length)
      crc.finish(register)
      const value = (BigInt(register.high >>> 0) << 32n) | BigInt(register.low >>> 0)
      assert.equal(value, computeCrc(crc, bytes))
    }),
  )
})
