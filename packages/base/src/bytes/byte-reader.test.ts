import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteReader, ByteWriter, DecodeError, fromHex, toHex } from './index.ts'

const rows: [name: string, hex: string, read: (r: ByteReader) => unknown, value: unknown, littleEndian?: boolean][] = [
  ['u8', 'ff', (r) => r.u8(), 255],
  ['u16', '0102', (r) => r.u16(), 0x0102],
  ['u16 little endian', '0102', (r) => r.u16(), 0x0201, true],
  ['u24', '010203', (r) => r.u24(), 0x010203],
  ['u24 little endian', '010203', (r) => r.u24(), 0x030201, true],
  ['u32', 'ffffffff', (r) => r.u32(), 0xffffffff],
  ['u64', '0000000000000100', (r) => r.u64(), 256n],
  ['i8', 'ff', (r) => r.i8(), -1],
  ['i16', 'fffe', (r) => r.i16(), -2],
  ['i32', 'fffffffd', (r) => r.i32(), -3],
  ['i64', 'fffffffffffffffc', (r) => r.i64(), -4n],
  ['f32', '3f800000', (r) => r.f32(), 1],
  ['f64', '4000000000000000', (r) => r.f64(), 2],
  ['utf8', 'c3a4', (r) => r.utf8(), 'ä'],
]

for (const [name, hex, read, value, littleEndian] of rows) {
  test(`reads ${name} and refuses every truncation of it`, () => {
    const bytes = fromHex(hex)
    const reader = new ByteReader(bytes, name, littleEndian)
    assert.deepEqual(read(reader), value)
    reader.end()
    for (let length = 0; length < bytes.length && name !== 'utf8'; length++) {
      assert.throws(
        () => read(new ByteReader(bytes.subarray(0, length), name)),
        (error) => error instanceof DecodeError && error.message.includes(`${length} available`),
      )
    }
  })
}

test('refuses text that is not UTF-8', () => {
  assert.throws(() => new ByteReader(fromHex('c3'), 'name').utf8(), { message: 'name: the text is not valid UTF-8' })
})

test('says how many bytes are left over', () => {
  assert.throws(() => new ByteReader(fromHex('0102'), 'body').end(), { message: 'body: 2 byte(s) too many' })
})

test('writes in both byte orders and grows beyond its first capacity', () => {
  const big = new ByteWriter(false, 1).u8(1).u16(2).u24(3).u32(4).i16(-1).bytes(fromHex('aabb')).utf8('z')
  assert.equal(toHex(big.finish()), '01000200000300000004ffffaabb7a')
  const little = new ByteWriter(true).u16(2).u24(3).u32(4).u64(5n).i64(-1n)
  assert.equal(toHex(little.finish()), '0200030000040000000500000000000000ffffffffffffffff')
})

test('writes over what was written, and nothing else', () => {
  const to = new ByteWriter().u8(1).u32(0).u8(9)
  assert.equal(toHex(to.overwriteU32(1, 0xa0b0c0d0).finish()), '01a0b0c0d009')
  for (const at of [3, 6, 100]) assert.throws(() => to.overwriteU32(at, 1), RangeError)
  assert.throws(() => to.overwriteU32(0, 2 ** 32), RangeError)
  assert.equal(toHex(new ByteWriter(true).u32(0).overwriteU32(0, 0x01020304).finish()), '04030201')
})

test('refuses to write a value that does not fit', () => {
  const refused: ((w: ByteWriter) => unknown)[] = [
    (w) => w.u8(256),
    (w) => w.u8(-1),
    (w) => w.u16(1.5),
    (w) => w.u24(0x1000000),
    (w) => w.u32(2 ** 32),
    (w) => w.u64(-1n),
    (w) => w.i8(128),
    (w) => w.i16(-0x8001),
    (w) => w.i32(Number.NaN),
    (w) => w.i64(2n ** 63n),
  ]
  for (const write of refused) assert.throws(() => write(new ByteWriter()), RangeError)
})
