import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { HEADER_LENGTH } from '../wire/header.ts'
import { bytesOf, readApplicationMessages } from '../wire/testing/capture.ts'
import { checkResultOf, E2eChecker } from './checker.ts'
import { E2eProtector } from './protector.ts'
import { type VsomeipE2eEntry, vsomeipProtection } from './vsomeip.ts'

/** The configuration each capture was made with, for instance 1, and how many bytes of the payload the profile wrote. */
const captures: [capture: string, entry: VsomeipE2eEntry, written: number][] = [
  ['e2e_CRC8', { profile: 'CRC8', dataId: 0x1ff, dataIdMode: 3 }, 2],
  [
    'e2e_CRC8',
    { profile: 'P01', dataId: 0x1ff, dataIdMode: 3, crcOffset: 0, counterOffset: 8, dataIdNibbleOffset: 12 },
    2,
  ],
  ['e2e_CRC32', { profile: 'CRC32', crcOffset: 0 }, 4],
  ['e2e_CRC32', { profile: 'CSTM' }, 4],
  ['e2e_P04', { profile: 'P04', dataId: 0x2d, crcOffset: 64 }, 12],
  ['e2e_P05', { profile: 'P05', dataId: 0x12d, crcOffset: 64 }, 3],
  ['e2e_P07', { profile: 'P07', dataId: 0x2d, crcOffset: 64 }, 20],
]

function protectionOf(entry: VsomeipE2eEntry, instanceId = 1) {
  return vsomeipProtection(entry, instanceId) ?? assert.fail('the profile serves this instance')
}

for (const [capture, entry, written] of captures) {
  const notifications = () =>
    readApplicationMessages(capture).filter(({ message_type }) => message_type === 'NOTIFICATION')

  test(`protects the notifications of capture ${capture} with ${entry.profile} to the byte`, () => {
    const { layout, areaStart } = protectionOf(entry)
    const protector = new E2eProtector(layout)
    const messages = notifications()
    assert.equal(messages.length, 3)
    for (const captured of messages) {
      const bytes = bytesOf(captured)
      const unprotected = bytes.slice().fill(0, HEADER_LENGTH, HEADER_LENGTH + written)
      protector.protect(unprotected.subarray(areaStart))
      assert.equal(toHex(unprotected), captured.hex)
    }
  })

  test(`accepts the notifications of capture ${capture} with ${entry.profile}, and notices every flipped bit`, () => {
    const { layout, areaStart } = protectionOf(entry)
    const checker = new E2eChecker(layout)
    for (const captured of notifications()) {
      const bytes = bytesOf(captured)
      assert.equal(checker.check(bytes.subarray(areaStart)), 'OK')
      const from = layout.crc.coversFrom === 0 ? areaStart : areaStart + layout.crc.at
      for (let bit = 8 * from; bit < 8 * bytes.length; bit++) {
        const flipped = bytes.slice()
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        assert.equal(new E2eChecker(layout).check(flipped.subarray(areaStart)), 'WRONG_CRC')
      }
    }
  })
}

test('refuses to protect a payload that cannot hold the header, and leaves it alone', () => {
  for (const [profile, needed] of [
    ['P04', 20],
    ['P05', 11],
    ['P07', 28],
  ] as const) {
    const { layout, areaStart } = protectionOf({ profile, dataId: 1, crcOffset: 64 })
    const message = fromHex('12348778 00000009 0000 0001 01 01 02 00 ff')
    const before = toHex(message)
    assert.throws(
      () => new E2eProtector(layout).protect(message.subarray(areaStart)),
      (error) => error instanceof Error && error.message.includes(`${needed}`) && error.message.includes('not 9'),
    )
    assert.equal(toHex(message), before)
    assert.equal(new E2eChecker(layout).check(message.subarray(areaStart)), 'ERROR')
  }
})

test('puts the instance into the Data ID of profile 04 and serves instances up to 255', () => {
  const entry: VsomeipE2eEntry = { profile: 'P04', dataId: 0x2d, crcOffset: 64 }
  assert.equal(protectionOf(entry, 255).layout.dataId?.value, 0xff00002d)
  assert.equal(vsomeipProtection(entry, 256), undefined)
  assert.equal(vsomeipProtection({ profile: 'P05' }, 256), undefined)
  assert.notEqual(vsomeipProtection({ profile: 'P07' }, 256), undefined)
})

test('demands more than data_length / 8 bytes with profiles 01 and 05', () => {
  assert.equal(protectionOf({ profile: 'P01', dataLength: 56 }).layout.minBytes, 8)
  assert.equal(protectionOf({ profile: 'P05', dataLength: 56 }).layout.minBytes, 8)
})

test('bounds the area of profile 04 by the configured lengths', () => {
  const { layout } = protectionOf({ profile: 'P04', minDataLength: 30, maxDataLength: 40 })
  for (const [length, fits] of [
    [29, false],
    [30, true],
    [40, true],
    [41, false],
  ] as const) {
    const protect = () => new E2eProtector(layout).protect(new Uint8Array(length))
    if (fits) protect()
    else
      assert.throws(protect, { code: 'ENCODE', message: `E2E P04: 30 to 40 byte(s) to protect needed, not ${length}` })
  }
})

test('does not check the sequence with profile 01, nor with a limit that no step exceeds', () => {
  for (const entry of [{ profile: 'P01' }, { profile: 'P04' }, { profile: 'P05', maxDeltaCounter: 0xff }] as const) {
    const { layout } = protectionOf(entry)
    const area = new Uint8Array(20)
    new E2eProtector(layout).protect(area)
    const checker = new E2eChecker(layout)
    assert.deepEqual([checker.check(area), checker.check(area)], ['OK', 'OK'])
  }
})

test('reports the results of vsomeip', () => {
  assert.deepEqual(
    (['OK', 'OK_SOME_LOST', 'WRONG_CRC', 'ERROR', 'REPEATED', 'WRONG_SEQUENCE'] as const).map(checkResultOf),
    [0, 0, 1, 2, 2, 2],
  )
})
