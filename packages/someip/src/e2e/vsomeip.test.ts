import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { HEADER_LENGTH } from '../wire/header.ts'
import { bytesOf, readApplicationMessages } from '../wire/testing/capture.ts'
import { checkResultOf, E2eChecker } from './checker.ts'
import { E2eProtector } from './protector.ts'
import { type VsomeipE2eProfile, vsomeipProtection } from './vsomeip.ts'

// The parameters of the captures, for instance 1; the rest are vsomeip's defaults.
const P01 = {
  name: 'P01',
  dataId: 0x1ff,
  dataIdMode: 3,
  crcOffsetBytes: 0,
  counterOffsetBits: 8,
  dataIdNibbleOffsetBits: 12,
  dataLengthBits: 0,
} as const
const lengths = { offsetBytes: 8, minDataLength: 0 }
const P04 = { name: 'P04', dataId: 0x2d, maxDataLength: 0xffff, maxDeltaCounter: 0xffff, ...lengths } as const
const P05 = { name: 'P05', dataId: 0x12d, offsetBytes: 8, dataLengthBits: 0, maxDeltaCounter: 0xffff } as const
const P07 = { name: 'P07', dataId: 0x2d, maxDataLength: 0xffffffff, maxDeltaCounter: 0xffffffff, ...lengths } as const

/** Each capture, its profile, and how many bytes of the payload the profile wrote. */
const captures: [capture: string, profile: VsomeipE2eProfile, written: number][] = [
  ['e2e_CRC8', P01, 2],
  ['e2e_CRC32', { name: 'CRC32', crcOffsetBytes: 0 }, 4],
  ['e2e_P04', P04, 12],
  ['e2e_P05', P05, 3],
  ['e2e_P07', P07, 20],
]

function protectionOf(profile: VsomeipE2eProfile, instanceId = 1) {
  return vsomeipProtection(profile, instanceId) ?? assert.fail('the profile serves this instance')
}

for (const [capture, profile, written] of captures) {
  const notifications = () =>
    readApplicationMessages(capture).filter(({ message_type }) => message_type === 'NOTIFICATION')

  test(`protects the notifications of capture ${capture} to the byte`, () => {
    const { layout, areaStart } = protectionOf(profile)
    const protector = new E2eProtector(layout)
    const messages = notifications()
    assert.equal(messages.length, 3)
    for (const captured of messages) {
      const message = bytesOf(captured).fill(0, HEADER_LENGTH, HEADER_LENGTH + written)
      protector.protect(message.subarray(areaStart))
      assert.equal(toHex(message), captured.hex)
    }
  })

  test(`accepts the notifications of capture ${capture}, and notices every flipped bit`, () => {
    const { layout, areaStart } = protectionOf(profile)
    const checker = new E2eChecker(layout)
    for (const captured of notifications()) {
      const bytes = bytesOf(captured)
      assert.equal(checker.check(bytes.subarray(areaStart)), 'OK')
      for (let bit = 8 * areaStart; bit < 8 * bytes.length; bit++) {
        const flipped = bytes.slice()
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        assert.equal(new E2eChecker(layout).check(flipped.subarray(areaStart)), 'WRONG_CRC')
      }
    }
  })
}

for (const [profile, needed] of [
  [P04, 20],
  [P05, 11],
  [P07, 28],
] as const) {
  test(`refuses to protect a payload too short for ${profile.name}, and leaves it alone`, () => {
    const { layout, areaStart } = protectionOf(profile)
    const message = fromHex('12348778 00000009 0000 0001 01 01 02 00 ff')
    const before = toHex(message)
    assert.throws(
      () => new E2eProtector(layout).protect(message.subarray(areaStart)),
      (error) => error instanceof Error && error.message.includes(`${needed}`) && error.message.includes('not 9'),
    )
    assert.equal(toHex(message), before)
    assert.equal(new E2eChecker(layout).check(message.subarray(areaStart)), 'ERROR')
  })
}

test('puts the instance into the Data ID of profile 04', () => {
  assert.equal(protectionOf(P04, 255).layout.dataId?.value, 0xff00002d)
})

test('leaves instances above 255 unprotected with profiles 04 and 05 only', () => {
  const served = [P01, P04, P05, P07].filter((profile) => vsomeipProtection(profile, 256) !== undefined)
  assert.deepEqual(served, [P01, P07])
})

test('demands more than data_length / 8 bytes with profiles 01 and 05', () => {
  assert.equal(protectionOf({ ...P01, dataLengthBits: 56 }).layout.minBytes, 8)
  assert.equal(protectionOf({ ...P05, offsetBytes: 0, dataLengthBits: 56 }).layout.minBytes, 8)
})

test('bounds the area of profile 04 by the configured lengths', () => {
  const { layout } = protectionOf({ ...P04, minDataLength: 30, maxDataLength: 40 })
  for (const [length, fits] of [
    [29, false],
    [30, true],
    [40, true],
    [41, false],
  ] as const) {
    const protect = () => new E2eProtector(layout).protect(new Uint8Array(length))
    const message = `E2E P04: 30 to 40 byte(s) to protect needed, not ${length}`
    if (fits) protect()
    else assert.throws(protect, { code: 'ENCODE', message })
  }
})

test('does not check the sequence with profile 01, nor with a limit that no step exceeds', () => {
  for (const [profile, second] of [
    [P01, 'OK'],
    [P04, 'OK'],
    [{ ...P05, maxDeltaCounter: 0xff }, 'OK'],
    [{ ...P05, maxDeltaCounter: 0xfe }, 'REPEATED'],
  ] as const) {
    const { layout } = protectionOf(profile)
    const area = new Uint8Array(20)
    new E2eProtector(layout).protect(area)
    const checker = new E2eChecker(layout)
    assert.deepEqual([checker.check(area), checker.check(area)], ['OK', second])
  }
})

test('enters nothing of the Data ID into the CRC in mode 1, which vsomeip does not implement', () => {
  assert.deepEqual(protectionOf({ ...P01, dataIdMode: 1 }).layout.hiddenDataId?.byCounter, [new Uint8Array(0)])
})

test('reports the results of vsomeip', () => {
  assert.deepEqual(
    (['OK', 'OK_SOME_LOST', 'WRONG_CRC', 'ERROR', 'REPEATED', 'WRONG_SEQUENCE'] as const).map(checkResultOf),
    [0, 0, 1, 2, 2, 2],
  )
})
