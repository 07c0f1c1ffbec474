import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { E2eChecker } from './checker.ts'
import type { E2eLayout } from './layout.ts'
import { E2E_PROFILE } from './profiles.ts'
import { E2eProtector } from './protector.ts'

const LIST = Uint8Array.from({ length: 16 }, (_, index) => index + 1)
const OTHER_LIST = fromHex('f0e1d2c3b4a5968778695a4b3c2d1e0f')

/**
 * The same area protected again and again, beginning with zeros. Written by the Python package autosar-e2e 1.0.0, except
 * P22, whose values are those that the Rust crate autosar-e2e 1.0.0 tests.
 */
const sequences: [name: string, layout: E2eLayout, areas: string[]][] = [
  [
    'P04',
    E2E_PROFILE.P04({ dataId: 0x0a0b0c0d }),
    ['001000000a0b0c0d862b055600000000', '001000010a0b0c0da58e680700000000', '001000020a0b0c0dc161dff400000000'],
  ],
  [
    'P04 with an offset',
    E2E_PROFILE.P04({ dataId: 0x0a0b0c0d, offset: 64 }),
    ['0000000000000000001800000a0b0c0d69d7502e00000000', '0000000000000000001800010a0b0c0d4a723d7f00000000'],
  ],
  ['P05', E2E_PROFILE.P05({ dataId: 0x1234 }), ['1cca000000000000', 'cf8d010000000000', 'ba45020000000000']],
  [
    'P05 with an offset',
    E2E_PROFILE.P05({ dataId: 0x1234, offset: 64 }),
    ['00000000000000002891000000000000', '0000000000000000fbd6010000000000'],
  ],
  ['P06', E2E_PROFILE.P06({ dataId: 0x1234 }), ['b155000800000000', 'f4f5000801000000', '3a15000802000000']],
  [
    'P06 with an offset',
    E2E_PROFILE.P06({ dataId: 0x1234, offset: 64 }),
    ['00000000000000004eb7001000000000', '00000000000000000b17001001000000'],
  ],
  [
    'P07',
    E2E_PROFILE.P07({ dataId: 0x0a0b0c0d }),
    ['1fb2e737fcedbcd900000018000000000a0b0c0d00000000', '7bde7268b8e9bc2700000018000000010a0b0c0d00000000'],
  ],
  [
    'P07 with an offset',
    E2E_PROFILE.P07({ dataId: 0x0a0b0c0d, offset: 64 }),
    ['000000000000000017f7c817323865a800000020000000000a0b0c0d00000000'],
  ],
  [
    'P11 with both bytes of the Data ID',
    E2E_PROFILE.P11({ dataId: 0x123, dataIdMode: 'both' }),
    ['cc00000000000000', '9101000000000000', '7602000000000000'],
  ],
  [
    'P11 with a nibble of the Data ID',
    E2E_PROFILE.P11({ dataId: 0x123, dataIdMode: 'nibble' }),
    ['2a10000000000000', '7711000000000000', '9012000000000000'],
  ],
  [
    'P11 with offsets',
    E2E_PROFILE.P11({ dataId: 0x123, dataIdMode: 'both', crcOffset: 64, counterOffset: 72 }),
    ['00000000000000004100000000000000', '00000000000000001c01000000000000'],
  ],
  [
    'P01 with both bytes of the Data ID',
    E2E_PROFILE.P01({ dataId: 0x123, dataIdMode: 'both' }),
    [
      'cc00000000000000',
      '9101000000000000',
      '7602000000000000',
      '2b03000000000000',
      'a504000000000000',
      'f805000000000000',
      '1f06000000000000',
      '4207000000000000',
      '1e08000000000000',
      '4309000000000000',
      'a40a000000000000',
      'f90b000000000000',
      '770c000000000000',
      '2a0d000000000000',
      'cd0e000000000000',
      'cc00000000000000',
    ],
  ],
  [
    'P01 with alternating bytes of the Data ID',
    E2E_PROFILE.P01({ dataId: 0x123, dataIdMode: 'alternating' }),
    [
      'ce00000000000000',
      '0201000000000000',
      '7402000000000000',
      'b803000000000000',
      'a704000000000000',
      '6b05000000000000',
      '1d06000000000000',
      'd107000000000000',
      '1c08000000000000',
      'd009000000000000',
      'a60a000000000000',
      '6a0b000000000000',
      '750c000000000000',
      'b90d000000000000',
      'cf0e000000000000',
      'ce00000000000000',
    ],
  ],
  [
    'P01 with the low byte of the Data ID',
    E2E_PROFILE.P01({ dataId: 0x123, dataIdMode: 'low' }),
    ['ce00000000000000', '9301000000000000', '7402000000000000', '2903000000000000'],
  ],
  [
    'P01 with a nibble of the Data ID',
    E2E_PROFILE.P01({ dataId: 0x123, dataIdMode: 'nibble' }),
    ['2a10000000000000', '7711000000000000', '9012000000000000', 'cd13000000000000'],
  ],
  [
    'P02',
    E2E_PROFILE.P02({ dataIdList: LIST }),
    [
      '1b01000000000000',
      '9802000000000000',
      '3103000000000000',
      '0d04000000000000',
      '1805000000000000',
      '9b06000000000000',
      '6507000000000000',
      '0808000000000000',
      '1d09000000000000',
      '9e0a000000000000',
      '370b000000000000',
      '0b0c000000000000',
      '1e0d000000000000',
      '9d0e000000000000',
      'cd0f000000000000',
      '0e00000000000000',
      '1b01000000000000',
    ],
  ],
  [
    'P22',
    E2E_PROFILE.P22({ dataIdList: LIST }),
    [
      '1b01000000000000',
      '9802000000000000',
      '3103000000000000',
      '0d04000000000000',
      '1805000000000000',
      '9b06000000000000',
      '6507000000000000',
      '0808000000000000',
      '1d09000000000000',
      '9e0a000000000000',
      '370b000000000000',
      '0b0c000000000000',
      '1e0d000000000000',
      '9d0e000000000000',
      'cd0f000000000000',
      '0e00000000000000',
      '1b01000000000000',
    ],
  ],
]

for (const [name, layout, areas] of sequences) {
  test(`protects with ${name} as the published examples do, and checks them`, () => {
    const protector = new E2eProtector(layout)
    const checker = new E2eChecker({
      ...layout,
      ...(layout.counter && { counter: { ...layout.counter, maxDelta: 1 } }),
    })
    const area = new Uint8Array((areas[0]?.length ?? 0) / 2)
    for (const expected of areas) {
      protector.protect(area)
      assert.equal(toHex(area), expected)
      assert.equal(checker.check(area), 'OK')
    }
  })
}

test('protects other data with P02, leaving the half byte beside the counter alone', () => {
  for (const [data, expected] of [
    ['0000112233445566', '2301112233445566'],
    ['00f0112233445566', 'bff1112233445566'],
  ] as const) {
    const area = fromHex(data)
    new E2eProtector(E2E_PROFILE.P02({ dataIdList: OTHER_LIST })).protect(area)
    assert.equal(toHex(area), expected)
  }
})

test('accepts the example of P22 with an offset of 64 bits from the Rust crate autosar-e2e 1.0.0', () => {
  const checker = new E2eChecker(E2E_PROFILE.P22({ dataIdList: LIST, offset: 64, maxDeltaCounter: 1 }))
  assert.equal(checker.check(fromHex('0000000000000000 0100 000000000000')), 'OK')
})

const layouts: [name: string, build: (maxDeltaCounter: number) => E2eLayout, modulus: number][] = [
  ['P01', (maxDeltaCounter) => E2E_PROFILE.P01({ dataId: 1, dataIdMode: 'both', maxDeltaCounter }), 15],
  ['P02', (maxDeltaCounter) => E2E_PROFILE.P02({ dataIdList: LIST, maxDeltaCounter }), 16],
  ['P04', (maxDeltaCounter) => E2E_PROFILE.P04({ dataId: 1, maxDeltaCounter }), 2 ** 16],
  ['P05', (maxDeltaCounter) => E2E_PROFILE.P05({ dataId: 1, maxDeltaCounter }), 2 ** 8],
  ['P06', (maxDeltaCounter) => E2E_PROFILE.P06({ dataId: 1, maxDeltaCounter }), 2 ** 8],
  ['P07', (maxDeltaCounter) => E2E_PROFILE.P07({ dataId: 1, maxDeltaCounter }), 2 ** 32],
  ['P11', (maxDeltaCounter) => E2E_PROFILE.P11({ dataId: 1, dataIdMode: 'nibble', maxDeltaCounter }), 15],
  ['P22', (maxDeltaCounter) => E2E_PROFILE.P22({ dataIdList: LIST, maxDeltaCounter }), 16],
]

/** An area that carries `counter`. */
function areaWith(layout: E2eLayout, counter: number): Uint8Array {
  const area = new Uint8Array(24)
  const first = layout.counter && { counter: { ...layout.counter, first: counter } }
  new E2eProtector({ ...layout, ...first }).protect(area)
  return area
}

for (const [name, build, modulus] of layouts) {
  test(`judges the counter of ${name} by its step from the last one, across the wrap too`, () => {
    const layout = build(3)
    for (const last of [0, modulus - 1]) {
      const statuses = [0, 1, 2, 3, 4].map((step) => {
        const checker = new E2eChecker(layout)
        assert.equal(checker.check(areaWith(layout, last)), 'OK', 'the first message is in sequence')
        return checker.check(areaWith(layout, (last + step) % modulus))
      })
      assert.deepEqual(statuses, ['REPEATED', 'OK', 'OK_SOME_LOST', 'OK_SOME_LOST', 'WRONG_SEQUENCE'])
    }
  })

  test(`goes on from a wrong sequence of ${name}, but not from a wrong CRC`, () => {
    const layout = build(1)
    const checker = new E2eChecker(layout)
    checker.check(areaWith(layout, 0))
    assert.equal(checker.check(areaWith(layout, 5)), 'WRONG_SEQUENCE')
    const corrupt = areaWith(layout, 9)
    corrupt[23] = 0xff
    assert.equal(checker.check(corrupt), 'WRONG_CRC')
    assert.equal(checker.check(areaWith(layout, 6)), 'OK')
  })

  test(`notices every flipped bit, every missing byte and every other Data ID with ${name}`, () => {
    const layout = build(1)
    const area = areaWith(layout, 3)
    for (let bit = 0; bit < 8 * area.length; bit++) {
      const flipped = area.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.notEqual(new E2eChecker(layout).check(flipped), 'OK')
    }
    for (let length = 0; length < layout.minBytes; length++) {
      assert.equal(new E2eChecker(layout).check(area.subarray(0, length)), 'ERROR')
      assert.throws(() => new E2eProtector(layout).protect(new Uint8Array(length)), { code: 'ENCODE' })
    }
    for (let length = layout.minBytes; length < area.length; length++) {
      assert.notEqual(new E2eChecker(layout).check(area.subarray(0, length)), 'OK')
    }
  })
}

test('refuses a length, a Data ID or a counter that is impossible although the CRC is right', () => {
  const p04 = E2E_PROFILE.P04({ dataId: 1 })
  const otherId = new Uint8Array(24)
  new E2eProtector(E2E_PROFILE.P04({ dataId: 2 })).protect(otherId)
  assert.equal(new E2eChecker(p04).check(otherId), 'ERROR')

  const { length: _, ...withoutLength } = p04
  const otherLength = new Uint8Array(24)
  new E2eProtector(withoutLength).protect(otherLength)
  assert.equal(new E2eChecker(p04).check(otherLength), 'ERROR')

  const p11 = E2E_PROFILE.P11({ dataId: 1, dataIdMode: 'both' })
  assert.equal(new E2eChecker(p11).check(areaWith({ ...p11, ...counterOf(p11, 16) }, 15)), 'ERROR')

  const nibble = E2E_PROFILE.P11({ dataId: 0x101, dataIdMode: 'nibble' })
  assert.equal(new E2eChecker(nibble).check(areaWith(E2E_PROFILE.P11({ dataId: 1, dataIdMode: 'nibble' }), 0)), 'ERROR')
})

function counterOf(layout: E2eLayout, modulus: number) {
  return layout.counter && { counter: { ...layout.counter, modulus } }
}

test('refuses configurations that cannot be', () => {
  const builders = [
    () => E2E_PROFILE.P04({ dataId: 2 ** 32 }),
    () => E2E_PROFILE.P05({ dataId: 0x10000 }),
    () => E2E_PROFILE.P04({ dataId: 1, offset: 4 }),
    () => E2E_PROFILE.P11({ dataId: 1, dataIdMode: 'both', counterOffset: 6 }),
    () => E2E_PROFILE.P02({ dataIdList: LIST.subarray(1) }),
    () => E2E_PROFILE.P07({ dataId: -1 }),
  ]
  for (const build of builders) assert.throws(build, { code: 'ENCODE' })
})

test('checks what it protected, whatever the profile, the data and the configuration', () => {
  const data = fc.uint8Array({ minLength: 32, maxLength: 80 })
  const dataId = fc.integer({ min: 0, max: 0xffff })
  const offset = fc.integer({ min: 0, max: 12 }).map((bytes) => 8 * bytes)
  const list = fc.uint8Array({ minLength: 16, maxLength: 16 })
  const mode = fc.constantFrom('both', 'alternating', 'low', 'nibble', 'none')
  const common = { maxDeltaCounter: 1 }
  const anyLayout = fc.tuple(dataId, offset, list, mode, fc.nat({ max: 7 })).map(([id, at, ids, how, which]) => {
    const builders = [
      () => E2E_PROFILE.P04({ dataId: id, offset: at, ...common }),
      () => E2E_PROFILE.P05({ dataId: id, offset: at, ...common }),
      () => E2E_PROFILE.P06({ dataId: id, offset: at, ...common }),
      () => E2E_PROFILE.P07({ dataId: id, offset: at, ...common }),
      () =>
        E2E_PROFILE.P01({
          dataId: id,
          dataIdMode: how,
          crcOffset: at,
          counterOffset: at + 8,
          dataIdNibbleOffset: at + 12,
          ...common,
        }),
      () => E2E_PROFILE.P02({ dataIdList: ids, ...common }),
      () => E2E_PROFILE.P22({ dataIdList: ids, offset: at, ...common }),
      () => E2E_PROFILE.CRC32({ crcOffset: at / 8 }),
    ]
    return builders[which]?.() ?? assert.fail()
  })
  fc.assert(
    fc.property(anyLayout, fc.array(data, { minLength: 1, maxLength: 20 }), (layout, areas) => {
      const protector = new E2eProtector(layout)
      const checker = new E2eChecker(layout)
      for (const area of areas) {
        const copy = area.slice()
        protector.protect(copy)
        assert.equal(checker.check(copy), 'OK')
      }
    }),
  )
})
